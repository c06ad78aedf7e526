%% The node that is measured: many processes that wait, some that wake once a second.
-module(crowd).
-export([start/1, worker/1, idle/0]).

-define(WORKERS, 100).

start(N) ->
    [proc_lib:spawn(?MODULE, idle, []) || _ <- lists:seq(1, N - ?WORKERS)],
    [proc_lib:spawn(?MODULE, worker, [I * 1000 div ?WORKERS]) || I <- lists:seq(1, ?WORKERS)],
    N.

idle() -> receive stop -> ok end.

worker(Pause) ->
    receive stop -> ok
    after Pause ->
        _ = lists:seq(1, 100),
        worker(1000)
    end.
