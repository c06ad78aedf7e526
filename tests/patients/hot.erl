%% Functions to be traced: called often, deep, with much, by many, and those that end badly.
-module(hot).
-export([f/1, g/1, h/1, fac/1, boom/1, slow/1, tail/1, run/3, runs/3, forever/1, pauses/0, big/1, ten/0]).

f(X) -> X.

g(X) -> f(X) + 1.

h(X) -> {X, self()}.

fac(0) -> 1;
fac(N) -> N * fac(N - 1).

boom(X) -> error({boom, X}).

slow(Ms) -> receive after Ms -> slept end.

tail(X) -> f(X).

%% Calls of ?MODULE:F(X), N times, by one process; answers when it is done.
run(F, X, N) ->
    Self = self(),
    Pid = spawn(fun() -> calls(F, X, N), Self ! {self(), done} end),
    receive {Pid, done} -> Pid end.

%% The same by P processes at once.
runs(F, X, {P, N}) ->
    Pids = [spawn_monitor(fun() -> calls(F, X, N) end) || _ <- lists:seq(1, P)],
    [receive {'DOWN', Ref, _, _, _} -> ok end || {_, Ref} <- Pids],
    P * N.

calls(_, _, 0) -> ok;
calls(F, X, N) ->
    catch ?MODULE:F(X),
    calls(F, X, N - 1).

%% A process that calls until it is killed.
forever(F) -> spawn(fun() -> again(F) end).

again(F) ->
    ?MODULE:F(1),
    again(F).

%% One that waits for a moment between thousands of calls.
pauses() -> spawn(fun pause/0).

pause() ->
    calls(f, 1, 5000),
    receive after 1 -> pause() end.

%% A list of N integers.
big(N) -> lists:seq(1, N).

ten() -> [f(I) || I <- lists:seq(1, 10)].
