%% Processes that live through a random history, one step at a time, and stand still between the steps.
-module(history).
-export([start/1, step/3, tell/2, still/1, truth/1]).
-export([worker/1, special/1]).

%% N workers of mixed kinds, kept by patient's keeper through started/3.
start(N) ->
    [patient:started(?MODULE, special, [I rem 4]) || I <- lists:seq(1, N)].

special(Kind) ->
    Options = case Kind of
                  0 -> [{message_queue_data, off_heap}];
                  1 -> [{min_heap_size, 5000}];
                  _ -> []
              end,
    spawn_opt(?MODULE, worker, [[]], Options).

worker(Kept) ->
    receive
        {ask, From, Do} ->
            Next = do(Do, Kept),
            From ! {done, self()},
            case Do of
                hibernate -> erlang:hibernate(?MODULE, worker, [Next]);
                _ -> ?MODULE:worker(Next)
            end
    end.

do({grow, N}, Kept) -> [lists:seq(1, N) | Kept];
do({binary, N}, Kept) -> [binary:copy(<<"x">>, N) | Kept];
do(drop, _) -> [];
do({remember, N}, Kept) -> put(N, lists:duplicate(N, N)), Kept;
do({flag, Where}, Kept) -> process_flag(message_queue_data, Where), Kept;
do(take, Kept) -> flush(), Kept;
do(collect, Kept) -> garbage_collect(), Kept;
do(_, Kept) -> Kept.

flush() -> receive {letter, _} -> flush() after 0 -> ok end.

%% One step of the history with this seed; returns those still alive when all stand still again. Outside: may a process
%% be collected and searched for old code from outside?
step(Pids, Seed, Outside) ->
    rand:seed(exsss, {Seed, Seed, Seed}),
    lists:foreach(fun(P) -> act(P, Outside) end,
                  [lists:nth(rand:uniform(length(Pids)), Pids) || _ <- lists:seq(1, 12)]),
    Alive = [P || P <- Pids, is_process_alive(P)],
    still(Alive),
    Alive.

act(Pid, Outside) ->
    case rand:uniform(if Outside -> 14; true -> 11 end) of
        1 -> tell(Pid, {grow, rand:uniform(20000)});
        2 -> tell(Pid, {binary, rand:uniform(100000)});
        3 -> tell(Pid, drop);
        4 -> tell(Pid, {remember, rand:uniform(500)});
        5 -> tell(Pid, hibernate);
        6 -> tell(Pid, {flag, lists:nth(rand:uniform(2), [on_heap, off_heap])});
        7 -> tell(Pid, collect);
        8 -> case rand:uniform(4) of 1 -> killed(Pid); _ -> link_and_leave(Pid) end;
        9 -> [Pid ! {letter, lists:seq(1, rand:uniform(2000))} || _ <- lists:seq(1, rand:uniform(20))];
        10 -> tell(Pid, take);
        11 -> suspended(Pid);
        12 -> code:purge(history_extra), erlang:check_process_code(Pid, history_extra);
        13 -> erlang:garbage_collect(Pid);
        14 -> erlang:garbage_collect(Pid, [{type, minor}])
    end.

%% A dead worker answers nothing.
tell(Pid, Do) ->
    Ref = monitor(process, Pid),
    Pid ! {ask, self(), Do},
    receive
        {done, Pid} -> demonitor(Ref, [flush]);
        {'DOWN', Ref, _, _, _} -> ok
    end.

killed(Pid) ->
    Ref = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Ref, _, _, _} -> ok end.

suspended(Pid) ->
    try
        erlang:suspend_process(Pid),
        Pid ! {letter, suspended},
        erlang:resume_process(Pid)
    catch error:badarg -> ok
    end.

link_and_leave(Pid) ->
    {Leaver, Ref} = spawn_monitor(fun() -> monitor(process, Pid), catch link(Pid), unlink(Pid) end),
    receive {'DOWN', Ref, _, Leaver, _} -> ok end.

%% Waits until the processes have run out of things to do: their reductions stand still.
still(Pids) ->
    still(Pids, undefined).

still(Pids, Before) ->
    receive after 3 -> ok end,
    case [erlang:process_info(P, [status, reductions]) || P <- Pids] of
        Before -> ok;
        Now -> still(Pids, Now)
    end.

%% What a full read gives: a row a process.
truth(Pids) ->
    Words = erlang:system_info(wordsize),
    [[list_to_binary(pid_to_list(P)), Memory, Heap * Words, Queue,
      iolist_to_binary(io_lib:format("~s:~s/~w", [M, F, A]))]
     || P <- Pids,
        [{memory, Memory}, {total_heap_size, Heap}, {message_queue_len, Queue}, {current_function, {M, F, A}}] <-
            [erlang:process_info(P, [memory, total_heap_size, message_queue_len, current_function])]].
