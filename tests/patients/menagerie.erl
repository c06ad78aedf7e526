%% One process of each kind that the processes table can tell apart, all standing still.
-module(menagerie).
-behaviour(supervisor).
-export([start/0, start_elixir/0, grid/2]).
-export([init/1, supervisor/0, child/0, child_of/1, labelled/2, sharing/3, traps/0, low/0, watcher/1, collected/0, old/0]).

%% [{What, Pid}, ...]; patient:clear/0 ends them.
start() ->
    Watched = patient:plain(),
    Kinds = [{plain, Watched},
             {registered, patient:registered("menagerie_name")},
             {mailbox, patient:mailbox(100)},
             {off_heap, patient:mailbox(100, off_heap)},
             {server, patient:server({some, state})},
             {server_registered, patient:server(menagerie_server, [])},
             {supervisor, patient:started(?MODULE, supervisor, [])},
             {hibernated, patient:hibernated()},
             {suspended, patient:suspended()},
             {binaries, patient:binaries(7, 5000)},
             {hoarder, patient:hoarder(3)},
             {heap, patient:heap(50000)},
             {huge_heap, patient:heap(400000)},
             {linked, patient:linked(5)},
             {monitored, patient:monitored(4)},
             {watcher, patient:started(?MODULE, watcher, [Watched])},
             {traps, patient:started(?MODULE, traps, [])},
             {low, patient:started(?MODULE, low, [])},
             {collected, patient:started(?MODULE, collected, [])},
             {old, patient:started(?MODULE, old, [])},
             {child, patient:started(?MODULE, child_of, [menagerie_supervisor])}],
    Labels = [{list_to_atom("label_" ++ integer_to_list(N)), patient:started(?MODULE, labelled, [L, N rem 2])}
              || {N, L} <- [{1, cache}, {2, {worker, 17}}, {3, <<"cart of ann">>}, {4, "charlist"},
                            {5, 'Elixir.Shop.Cart'}, {6, #{id => 1}}, {7, <<"caf", 16#c3, 16#a9>>}]],
    Still = Kinds ++ Labels,
    history:still([P || {_, P} <- Still]),
    Still.

%% The same for Elixir.
start_elixir() ->
    Still = [{What, patient:started('Elixir.Shop.Menagerie', What, [])}
             || What <- [cache, agent, task, supervisor, dynamic_supervisor, labelled, plain]],
    history:still([P || {_, P} <- Still]),
    Still.

%% What a function says of each of these processes: #{Pid => Value}, at one moment.
grid(Function, Pids) ->
    maps:from_list([{list_to_binary(pid_to_list(P)), Function(P)} || P <- Pids]).

%% By the label's own way in (OTP 27) or by what that writes. Before OTP 26.2 only a process of proc_lib shows it.
labelled(Label, Own) ->
    ready(proc_lib, fun() ->
                  case Own =:= 1 andalso erlang:function_exported(proc_lib, set_label, 1) of
                      true -> apply(proc_lib, set_label, [Label]);
                      false -> put('$process_label', Label)
                  end
          end).

%% What it keeps is a few words that a copy makes 2^N elements of, by sharing.
sharing(How, Key, N) -> ready(How, fun() -> put(Key, lists:foldl(fun(_, A) -> [A | A] end, [], lists:seq(1, N))) end).

traps() -> ready(fun() -> process_flag(trap_exit, true) end).

low() -> ready(fun() -> process_flag(priority, low) end).

supervisor() ->
    Child = #{id => only, start => {?MODULE, child, []}},
    {ok, Pid} = supervisor:start_link({local, menagerie_supervisor}, ?MODULE, [Child]),
    unlink(Pid),
    Pid.

child() -> {ok, proc_lib:spawn_link(patient, wait, [])}.

%% Its ancestors are known by name.
child_of(Supervisor) ->
    [{only, Pid, _, _}] = supervisor:which_children(Supervisor),
    Pid.

watcher(Watched) -> ready(fun() -> [monitor(process, Watched) || _ <- [1, 2, 3]] end).

collected() ->
    ready(fun() -> [garbage_collect(self(), [{type, minor}]) || _ <- [lists:seq(1, 3000), b, c]] end).

old() -> ready(fun() -> put(kept, lists:seq(1, 20000)), garbage_collect() end).

init(Children) -> {ok, {#{}, Children}}.

ready(Do) -> ready(erlang, Do).

ready(How, Do) ->
    Asker = self(),
    Pid = How:spawn(fun() ->
                            Made = Do(),
                            Asker ! {made, self()},
                            patient:wait(),
                            erlang:phash2(Made)
                    end),
    receive {made, Pid} -> Pid end.
