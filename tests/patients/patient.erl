%% Processes with something the matter with them, for the live tests. A keeper owns them all: clear/0 ends them and the
%% keeper, so that a node can be used again.
-module(patient).
-export([idle/1, mailbox/1, mailbox/2, spinning/0, spinning/1, plain/0, server/1, server/2, churn/1, mayflies/1, hibernated/0,
         suspended/0, holding/1, registered/1, labelled/1, binaries/2, leaky/2, hoarder/1, dictionary/1, heap/1, linked/1, monitored/1,
         allocating/1, table/2, table/3, deaf/0, caller/1, timer/1]).
-export([started/3, hot/1, wait/0, clear/0]).

%% Ends every patient of this node.
clear() ->
    case whereis(patient_keeper) of
        undefined ->
            ok;
        Keeper ->
            Ref = monitor(process, Keeper),
            Keeper ! clear,
            receive {'DOWN', Ref, process, Keeper, _} -> ok end
    end.

%% N processes that wait.
idle(N) ->
    keep(fun() -> [spawn(?MODULE, wait, []) || _ <- lists:seq(1, N)] end),
    N.

%% A process whose mailbox holds N messages that it will never take.
mailbox(N) -> mailbox(N, on_heap).

mailbox(N, Where) ->
    Pid = one([{message_queue_data, Where}], fun wait/0),
    [Pid ! {job, I} || I <- lists:seq(1, N)],
    Pid.

%% A process that computes without end.
spinning() -> one(fun() -> spin(0) end).

spinning(Name) -> named(Name, fun() -> spin(0) end).

%% A process that speaks no system messages: what is sent to it stays in its mailbox.
plain() -> one(fun wait/0).

%% A gen_server with this state.
server(State) ->
    {ok, Pid} = hd(keep(fun() -> [gen_server:start(patient_server, State, [])] end)),
    Pid.

server(Name, State) ->
    {ok, Pid} = hd(keep(fun() -> [gen_server:start({local, Name}, patient_server, State, [])] end)),
    Pid.

%% A gen_server that is busy in a callback for ever and answers nobody.
deaf() ->
    Pid = server(deaf),
    gen_server:cast(Pid, hang),
    Pid.

%% A process that starts short-lived others, about N at a time each 10 ms.
churn(N) ->
    one(fun Loop() ->
                [spawn(fun() -> receive after rand:uniform(20) -> ok end end) || _ <- lists:seq(1, N)],
                receive after 10 -> Loop() end
        end).

%% N processes that allocate and free memory of all sizes without end, in several allocators, and leave holes behind.
allocating(N) ->
    keep(fun() -> [spawn(fun() -> allocate(ets:new(holes, []), 0) end) || _ <- lists:seq(1, N)] end),
    N.

allocate(Table, I) ->
    Sizes = [1 bsl rand:uniform(20) || _ <- lists:seq(1, 8)],
    put(kept, [binary:copy(<<I>>, Size) || Size <- Sizes, Size rem 3 =/= 1]),
    ets:insert(Table, {I rem 200, lists:seq(1, rand:uniform(500))}),
    receive after 20 -> allocate(Table, I + 1) end.

%% Processes that live for some milliseconds; each has a link, monitors, is monitored, and holds a binary.
mayflies(N) ->
    one(fun Loop() ->
                [spawn_opt(fun mayfly/0, [link, monitor, {priority, high}]) || _ <- lists:seq(1, N)],
                receive after 10 -> flush() end,
                Loop()
        end).

mayfly() ->
    monitor(process, init),
    Binary = binary:copy(<<0>>, 1000),
    receive after rand:uniform(20) -> Binary end.

flush() ->
    receive _ -> flush() after 0 -> ok end.

hibernated() ->
    until(one(fun() -> erlang:hibernate(?MODULE, wait, []) end), current_function, {erlang, hibernate, 3}).

%% A process that the keeper has suspended.
suspended() ->
    Pid = plain(),
    keep(fun() -> erlang:suspend_process(Pid), [] end),
    Pid.

%% A process that keeps another suspended as long as it lives.
holding(Pid) -> ready(fun() -> erlang:suspend_process(Pid) end).

%% A waiting process under this name: any text, for example "\e[31mred".
registered(Name) -> named(list_to_atom(Name), fun wait/0).

%% A process with a label: what proc_lib:set_label/1 of OTP 27 writes, on every release.
labelled(Label) ->
    until(one(fun() -> put('$process_label', Label), wait() end), current_function, {?MODULE, wait, 0}).

%% A process that holds N reference-counted binaries of Size bytes.
binaries(N, Size) ->
    ready(fun() -> [binary:copy(<<I:32>>, Size div 4) || I <- lists:seq(1, N)] end).

%% A process that has made N such binaries, needs none of them, and has no reason to collect its garbage.
leaky(N, Size) ->
    Asker = self(),
    Pid = one([{min_heap_size, 20 * N + 1000}, {min_bin_vheap_size, N * (Size div 4) + 100000}],
              fun() ->
                      [binary:copy(<<I:32>>, Size div 4) || I <- lists:seq(1, N)],
                      Asker ! {made, self()},
                      wait()
              end),
    receive {made, Pid} -> Pid end.

%% A process that keeps a few bytes out of each of N binaries of 64 kB, and so the binaries.
hoarder(N) ->
    ready(fun() -> [binary:part(binary:copy(<<I:32>>, 16384), 0, 100) || I <- lists:seq(1, N)] end).

%% A process with these entries in its dictionary.
dictionary(Entries) -> ready(fun() -> [put(K, V) || {K, V} <- Entries] end).

%% A process with a live heap of about N words.
heap(N) -> ready(fun() -> lists:seq(1, N div 2) end).

%% A process linked to, or monitoring, N others.
linked(N) ->
    ready(fun() -> [spawn_link(?MODULE, wait, []) || _ <- lists:seq(1, N)] end).

monitored(N) ->
    Target = plain(),
    keep(fun() -> [spawn(fun() -> monitor(process, Target), wait() end) || _ <- lists:seq(1, N)] end),
    Target.

%% An ETS table with N rows {I, <<I:1024>>}; the answer is its owner.
table(Name, N) -> table(Name, N, [named_table, public]).

table(Name, N, Options) ->
    ready(fun() ->
                  T = ets:new(Name, Options),
                  [ets:insert(T, {I, <<I:1024>>}) || I <- lists:seq(1, N)],
                  T
          end).

%% A process that calls patient:hot/1 every Ms milliseconds (0: without pause).
caller(Ms) -> one(fun() -> call(Ms, 0) end).

%% A process with a timer that is due in Ms milliseconds.
timer(Ms) -> ready(fun() -> erlang:send_after(Ms, self(), due) end).

%% Whatever M:F(A...) starts and gives as a pid or {ok, Pid}.
started(M, F, A) -> pid(hd(keep(fun() -> [apply(M, F, A)] end))).

hot(X) -> X + 1.

wait() -> receive stop -> ok end.

spin(N) -> spin(N + 1).

call(0, N) -> call(0, ?MODULE:hot(N));
call(Ms, N) ->
    Next = ?MODULE:hot(N),
    receive after Ms -> call(Ms, Next) end.

one(Fun) -> one([], Fun).

one(Options, Fun) -> hd(keep(fun() -> [erlang:spawn_opt(Fun, Options)] end)).

named(Name, Fun) ->
    Pid = one(Fun),
    true = register(Name, Pid),
    Pid.

%% A process that first makes something and keeps it; the answer comes when it is made.
ready(Make) ->
    Asker = self(),
    Pid = one(fun() ->
                      Made = Make(),
                      Asker ! {made, self()},
                      wait(),
                      erlang:phash2(Made)
              end),
    receive {made, Pid} -> Pid end.

until(Pid, Item, Value) ->
    case erlang:process_info(Pid, Item) of
        {Item, Value} -> Pid;
        _ -> erlang:yield(), until(Pid, Item, Value)
    end.

%% Runs Fun in the keeper, which will end the processes that it gives.
keep(Fun) ->
    Keeper = keeper(),
    Ref = monitor(process, Keeper),
    Keeper ! {keep, self(), Ref, Fun},
    receive
        {Ref, Result} -> demonitor(Ref, [flush]), Result;
        {'DOWN', Ref, process, Keeper, Why} -> exit(Why)
    end.

keeper() ->
    case whereis(patient_keeper) of
        undefined ->
            Asker = self(),
            Pid = spawn(fun() -> register(patient_keeper, self()), Asker ! {up, self()}, keeper([]) end),
            receive {up, Pid} -> Pid end;
        Pid ->
            Pid
    end.

keeper(Kept) ->
    receive
        {keep, Asker, Ref, Fun} ->
            Result = Fun(),
            Asker ! {Ref, Result},
            keeper([pid(R) || R <- Result] ++ Kept);
        clear ->
            Refs = [{monitor(process, P), exit(P, kill)} || P <- Kept],
            [receive {'DOWN', Ref, _, _, _} -> ok end || {Ref, _} <- Refs]
    end.

pid({ok, Pid}) -> Pid;
pid(Pid) when is_pid(Pid) -> Pid.
