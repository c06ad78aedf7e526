%% What the tests run inside a node under test: it connects to the test's socket, says who it is, and then evaluates
%% what it is sent, one request a packet. When the test is gone, so is the node.
%%
%% A request is one byte and a text: $t evaluate, answer as Erlang text; $j evaluate, answer as JSON; $c call "M:F"
%% without arguments, answer as JSON (this one loads nothing of the node's own OTP). An answer is $o or $e and a text.
-module(witness).
-export([start/1, snapshot/0, visitors/0, json/1, microstate_accounting/0]).

%% From the command line: -run witness start SOCKET APPLICATION...
start([Socket | Applications]) ->
    spawn(fun() ->
                  [{ok, _} = application:ensure_all_started(list_to_atom(A)) || A <- Applications],
                  {ok, S} = gen_tcp:connect({local, Socket}, 0, [local, binary, {packet, 4}, {active, false}]),
                  Hello = #{node => node(), os_pid => list_to_integer(os:getpid()),
                            release => list_to_binary(erlang:system_info(otp_release))},
                  ok = gen_tcp:send(S, [$o, json(Hello)]),
                  loop(S)
          end).

loop(S) ->
    case gen_tcp:recv(S, 0) of
        {ok, <<Kind, Text/binary>>} ->
            {Pid, Ref} = spawn_monitor(fun() -> exit({answer, answer(Kind, Text)}) end),
            Answer = receive
                         {'DOWN', Ref, process, Pid, {answer, A}} -> A;
                         {'DOWN', Ref, process, Pid, Why} -> [$e, io_lib:format("~tw", [Why])]
                     end,
            ok = gen_tcp:send(S, unicode:characters_to_binary(Answer)),
            loop(S);
        {error, _} ->
            erlang:halt(0)
    end.

answer(Kind, Text) ->
    try
        case Kind of
            $t -> [$o, io_lib:format("~tw", [evaluate(Text)])];
            $j -> [$o, json(evaluate(Text))];
            $c -> [$o, json(call(Text))]
        end
    catch
        Class:Reason:Stack -> [$e, io_lib:format("~tw: ~tw ~tw", [Class, Reason, Stack])]
    end.

call(Text) ->
    [M, F] = binary:split(Text, <<":">>),
    apply(binary_to_atom(M, utf8), binary_to_atom(F, utf8), []).

evaluate(Text) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text) ++ "."),
    {ok, Exprs} = erl_parse:parse_exprs(Tokens),
    {value, Value, _} = erl_eval:exprs(Exprs, erl_eval:new_bindings()),
    Value.

%% Atoms and binaries are strings, tuples and lists are arrays, what has no likeness in JSON is a string of its text.
json(true) -> "true";
json(false) -> "false";
json(null) -> "null";
json(undefined) -> "null";
json(X) when is_atom(X) -> string(atom_to_list(X));
json(X) when is_integer(X) -> integer_to_list(X);
json(X) when is_float(X) -> io_lib:format("~w", [X]);
json(X) when is_binary(X) ->
    case unicode:characters_to_list(X) of
        L when is_list(L) -> string(L);
        _ -> string(binary_to_list(X))
    end;
json(X) when is_tuple(X) -> json(tuple_to_list(X));
json(X) when is_map(X) ->
    [${, comma([[json(key(K)), $:, json(V)] || {K, V} <- maps:to_list(X)]), $}];
json(X) when is_list(X) ->
    try length(X) of
        _ -> [$[, comma([json(E) || E <- X]), $]]
    catch
        error:badarg -> text(X)
    end;
json(X) when is_pid(X) -> string(pid_to_list(X));
json(X) when is_port(X) -> string(erlang:port_to_list(X));
json(X) when is_reference(X) -> string(erlang:ref_to_list(X));
json(X) -> text(X).

key(K) when is_atom(K) -> atom_to_binary(K, utf8);
key(K) when is_binary(K) -> K;
key(K) -> unicode:characters_to_binary(io_lib:format("~tw", [K])).

text(X) -> string(lists:flatten(io_lib:format("~tw", [X]))).

string(Chars) -> [$", [char(C) || C <- Chars], $"].

char($") -> "\\\"";
char($\\) -> "\\\\";
char(C) when C < 32; C =:= 127 -> ["\\u00", hex(C bsr 4), hex(C band 15)];
char(C) -> C.

hex(N) when N < 10 -> $0 + N;
hex(N) -> $a + N - 10.

comma([]) -> [];
comma([First | Rest]) -> [First | [[$,, E] || E <- Rest]].

%% How many are connected, or were just now: what serves a connection ends a moment after it. The names that otoscope
%% comes under are atoms here from then on, so that it makes no difference which of them the next one takes.
visitors() ->
    [binary_to_atom(<<"otoscope-", ($0 + N), "@otoscope">>, utf8) || N <- lists:seq(1, 8)],
    Serving = [P || P <- processes(), {_, {_, do_accept, _}} <- [erlang:process_info(P, initial_call)]],
    length(nodes(connected)) + length(Serving).

%% All that a visitor must leave as it was.
snapshot() ->
    #{processes => [#{pid => P, what => what(P), trace => trace_flags(P)} || P <- processes(), P =/= self(), alive(P)],
      registered => registered(),
      ports => [{P, erlang:port_info(P, name)} || P <- erlang:ports()],
      ets => [{T, ets:info(T, name)} || T <- ets:all()],
      modules => [M || {M, _} <- code:all_loaded()],
      nodes => nodes(),
      trace => [{new_processes, erlang:trace_info(new, flags)}, {new_ports, trace_info(new_ports)},
                {on_load, erlang:trace_info(on_load, match_spec)}, {send, erlang:trace_info(send, match_spec)},
                {'receive', erlang:trace_info('receive', match_spec)}],
      traced_functions => traced_functions(),
      trace_sessions => trace_sessions(),
      control_word => control_word(),
      system_monitor => erlang:system_monitor(),
      system_profile => erlang:system_profile(),
      system_flags => [{F, erlang:system_info(F)} || F <- [schedulers_online, multi_scheduling, trace_control_word,
                                                            fullsweep_after, min_heap_size, max_heap_size,
                                                            dirty_cpu_schedulers_online]]
                      ++ [{scheduler_wall_time, erlang:statistics(scheduler_wall_time) =/= undefined},
                          {microstate_accounting, microstate_accounting()}],
      logger => [{level, maps:get(level, logger:get_primary_config())}, {handlers, logger:get_handler_ids()}],
      atoms => erlang:system_info(atom_count)}.

%% Time passes in some state of each thread, if anybody counts it.
microstate_accounting() ->
    Before = erlang:statistics(microstate_accounting),
    receive after 2 -> ok end,
    lists:sort(erlang:statistics(microstate_accounting)) =/= lists:sort(Before).

alive(P) -> erlang:process_info(P, status) =/= undefined.

what(P) ->
    case erlang:process_info(P, [registered_name, initial_call, dictionary]) of
        undefined -> gone;
        [{_, []}, {_, Call}, {_, Dict}] -> proplists:get_value('$initial_call', Dict, Call);
        [{_, Name} | _] -> Name
    end.

trace_flags(P) ->
    case erlang:trace_info(P, flags) of
        {flags, Flags} -> Flags;
        undefined -> []
    end.

trace_info(What) ->
    try erlang:trace_info(What, flags) catch error:badarg -> [] end.

traced_functions() ->
    [{M, F, A} || {M, _} <- code:all_loaded(), {F, A} <- erlang:get_module_info(M, functions),
                  traced(erlang:trace_info({M, F, A}, all))].

traced({all, false}) -> false;
traced({all, undefined}) -> false;
traced({all, Info}) -> lists:any(fun({_, V}) -> V =/= false end, Info).

trace_sessions() ->
    case erlang:function_exported(trace, session_info, 1) of
        true -> length(trace:session_info(all));
        false -> 0
    end.

control_word() -> erlang:system_info(trace_control_word).
