%% What is traced while it runs: functions that do next to nothing, called very often by one process or by many.
-module(hot).
-export([f/1, big/1, run/2, big_run/2, watch_boxes/0, longest_box/0, recon/2]).

f(X) -> atomics:add(persistent_term:get(hot), 1, X).

big(_) -> ok.

%% Calls in all, callers -> microseconds until the last is through.
run(Calls, Callers) ->
    persistent_term:put(hot, atomics:new(1, [])),
    took(Callers, fun() -> loop(Calls div Callers) end).

loop(0) -> ok;
loop(N) ->
    ?MODULE:f(1),
    loop(N - 1).

%% So many calls with a list of so many numbers: 65536 are 1 MB.
big_run(Calls, Length) ->
    L = lists:seq(1, Length),
    took(1, fun() -> big_loop(Calls, L) end).

big_loop(0, _) -> ok;
big_loop(N, L) ->
    ?MODULE:big(L),
    big_loop(N - 1, L).

took(Callers, Fun) ->
    Start = erlang:monotonic_time(),
    Workers = [spawn_monitor(Fun) || _ <- lists:seq(1, Callers)],
    [receive {'DOWN', Ref, process, Pid, _} -> ok end || {Pid, Ref} <- Workers],
    erlang:convert_time_unit(erlang:monotonic_time() - Start, native, microsecond).

%% The longest mailbox of any process, looked at every 5 ms.
watch_boxes() ->
    register(hot_boxes, spawn_opt(fun() -> boxes(0) end, [{priority, high}])).

boxes(Most) ->
    receive
        {longest, From} ->
            From ! {longest, Most}
    after 5 ->
        boxes(lists:max([Most | [N || P <- processes(), {_, N} <- [process_info(P, message_queue_len)]]]))
    end.

longest_box() ->
    hot_boxes ! {longest, self()},
    receive {longest, Most} -> Most end.

%% recon_trace lives as long as who called it; what it prints is dropped.
recon(What, Limit) ->
    Self = self(),
    spawn(fun() ->
        Sink = spawn_link(fun sink/0),
        Self ! {matched, recon_trace:calls(What, Limit, [{scope, local}, {io_server, Sink}])},
        timer:sleep(300000)
    end),
    receive {matched, N} -> N end.

sink() ->
    receive {io_request, From, As, _} -> From ! {io_reply, As, ok} end,
    sink().
