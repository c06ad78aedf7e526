%% Processes that do a known amount in a second.
-module(pace).
-export([worker/2, filler/2, tired/1, atoms/2]).

%% N times 4000 reductions each Ms milliseconds. Its beats are at fixed times, so that a late one is made up for.
worker(N, Ms) ->
    spawn(fun() -> beat(fun() -> work(N) end, Ms) end).

%% A process whose mailbox grows by N messages each Ms milliseconds.
filler(N, Ms) ->
    Pid = spawn(patient, wait, []),
    spawn(fun() ->
                  Ref = monitor(process, Pid),
                  beat(fun() ->
                               [Pid ! {job, I} || I <- lists:seq(1, N)],
                               receive {'DOWN', Ref, _, _, _} -> exit(normal) after 0 -> ok end
                       end, Ms)
          end),
    Pid.

%% N new atoms each Ms milliseconds.
atoms(N, Ms) ->
    spawn(fun() -> beat(fun() -> new_atoms(N) end, Ms) end).

new_atoms(N) ->
    [list_to_atom("leaked_" ++ integer_to_list(erlang:unique_integer([positive]))) || _ <- lists:seq(1, N)].

%% A process that has done N times 4000 reductions, and does nothing any more.
tired(N) ->
    Asker = self(),
    Pid = spawn(fun() ->
                        work(N),
                        Asker ! {tired, self()},
                        patient:wait()
                end),
    receive {tired, Pid} -> Pid end.

%% More at once than a time slice has are not counted.
work(0) -> ok;
work(N) ->
    erlang:bump_reductions(4000),
    work(N - 1).

beat(Do, Ms) -> beat(Do, Ms, erlang:monotonic_time(millisecond)).

beat(Do, Ms, At) ->
    Do(),
    erlang:send_after(At + Ms, self(), next, [{abs, true}]),
    receive next -> beat(Do, Ms, At + Ms) end.
