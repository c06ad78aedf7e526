%% What observer_cli (1.7) and observer do for their panels of applications, supervisors and modules. Each gives how many
%% rows it made.
-module(peers).
-export([snapshot/0, applications/0, supervision/0, modules/0, tree/1, init/1, child/0]).

%% What people write by hand to look at it later: all processes, with what a recording has of them, into a file.
snapshot() ->
    Items = [registered_name, initial_call, current_function, reductions, memory, message_queue_len, status, heap_size,
             total_heap_size, stack_size, group_leader, priority],
    All = [{P, erlang:process_info(P, Items)} || P <- erlang:processes()],
    byte_size(term_to_binary(All, [compressed])).

%% observer_cli's application panel: four items of each process, and the application that leads it.
applications() ->
    Loaded = [{A, V} || {A, _, V} <- application:loaded_applications()],
    Running = proplists:get_value(running, application:info()),
    Sums = lists:foldl(fun(Pid, Sums) ->
        case erlang:process_info(Pid, [group_leader, memory, reductions, message_queue_len]) of
            undefined -> Sums;
            [{_, Leader}, {_, Memory}, {_, Reductions}, {_, Messages}] ->
                Name = case application_controller:get_application(Leader) of {ok, A} -> A; undefined -> no_group end,
                maps:update_with(Name, fun({N, M, R, Q}) ->
                    {N + 1, M + Memory, R + Reductions, Q + Messages} end, {1, Memory, Reductions, Messages}, Sums)
        end end, #{}, erlang:processes()),
    length([{A, V, lists:keymember(A, 1, Running), maps:get(A, Sums, none)} || {A, V} <- Loaded]).

%% observer's (appmon's) way to the tree: each supervisor is asked for its children.
supervision() ->
    Tops = [P || P <- erlang:processes(), top(P)],
    lists:sum([below(P) || P <- Tops]).

top(P) ->
    case erlang:process_info(P, dictionary) of
        {_, D} ->
            case {proplists:get_value('$initial_call', D), proplists:get_value('$ancestors', D)} of
                {{supervisor, _, _}, [Parent]} when is_pid(Parent) -> true;
                _ -> false
            end;
        undefined -> false
    end.

below(Sup) ->
    lists:sum([1 + case Type of supervisor when is_pid(P) -> below(P); _ -> 0 end
               || {_, P, Type, _} <- supervisor:which_children(Sup)]).

%% A table of modules, as code:all_loaded/0 and module_info give it.
modules() ->
    length([{M, Path, M:module_info(md5), length(M:module_info(exports)), erlang:check_old_code(M)}
            || {M, Path} <- code:all_loaded()]).

%% A supervisor with N children under one of its own.
tree(N) ->
    {ok, Sup} = supervisor:start_link(?MODULE, top),
    unlink(Sup),
    [{_, Many, _, _}] = supervisor:which_children(Sup),
    [{ok, _} = supervisor:start_child(Many, []) || _ <- lists:seq(1, N)],
    N.

init(top) ->
    {ok, {{one_for_one, 1, 5}, [#{id => many, start => {supervisor, start_link, [?MODULE, many]}, type => supervisor}]}};
init(many) ->
    {ok, {{simple_one_for_one, 1, 5}, [#{id => child, start => {?MODULE, child, []}}]}}.

child() -> {ok, proc_lib:spawn_link(crowd, idle, [])}.
