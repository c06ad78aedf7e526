%% Processes that hold what is dangerous to copy, one of each kind that takes system messages. What they hold is made inside of
%% them, by name: a message would have expanded it.
-module(patient_foreign).
-export([gen_server/1, gen_statem/1, gen_event/1, special/1, supervisor/1, hibernated/1, limited/2, sent/1, mailbox/2,
         mailbox/3, busy/1, dictionary/1, echo/0, worst/1, hash/1, value/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, callback_mode/0, handle_event/4, handle_event/2,
         special_init/1, system_continue/3, system_terminate/4, plain_init/2, code_change/3, terminate/2]).

%% Terms by name.
value(doubled) -> lists:foldl(fun(_, A) -> [A | A] end, a, lists:seq(1, 40));
value(doubled_some) -> lists:foldl(fun(_, A) -> [A | A] end, a, lists:seq(1, 20));
value(doubled_tuples) -> lists:foldl(fun(_, A) -> {A, A} end, a, lists:seq(1, 60));
value(doubled_maps) -> lists:foldl(fun(_, A) -> #{a => A, b => A} end, a, lists:seq(1, 40));
value(million) -> lists:seq(1, 1000000);
value(pairs) -> [{I, I} || I <- lists:seq(1, 1000000)];
value(gigabyte) -> S = binary:copy(<<"x">>, 10000), [binary:copy(S, 1000) || _ <- lists:seq(1, 100)];
value(map) -> maps:from_list([{I, I} || I <- lists:seq(1, 300000)]);
value(tuple) -> list_to_tuple(lists:seq(1, 1000000));
value(deep) -> lists:foldl(fun(_, A) -> [A] end, a, lists:seq(1, 1000000));
value(string) -> lists:duplicate(1000000, $a);
value(integer) -> 1 bsl 1000000;
value(same_list) -> L = lists:seq(1, 1000000), lists:duplicate(1000, L);
value(improper) -> L = lists:foldl(fun(_, A) -> [x | A] end, z, lists:seq(1, 1000000)), lists:duplicate(1000, L);
value(types) ->
    #{atom => 'two words', int => -5, big => 1 bsl 100, float => 1.5, string => "text", binary => <<"bytes", 0, 255>>,
      bits => <<5:3>>, list => [1, {two}, [3 | tail]], map => #{{1} => [], <<"k">> => #{}}, function => fun lists:map/2,
      empty => {}, pid => self(), bad => [<<"\e[31mred">>, '\e]0;title\a', "\x{9b}1m"], password => <<"hush">>};
value(Other) -> Other.

gen_server(Name) -> {ok, P} = patient_keeper_start(gen_server, start, [?MODULE, {gen_server, Name}, []]), P.
gen_statem(Name) -> {ok, P} = patient_keeper_start(gen_statem, start, [?MODULE, {gen_statem, Name}, []]), P.
supervisor(_) -> {ok, P} = patient_keeper_start(?MODULE, special, [supervisor]), P.
hibernated(Name) -> P = gen_server(Name), ok = gen_server:call(P, hibernate), P.
limited(Name, Words) ->
    {ok, P} = patient_keeper_start(gen_server, start,
                                   [?MODULE, {gen_server, Name}, [{spawn_opt, [{max_heap_size, Words}]}]]),
    P.

gen_event(Name) ->
    {ok, P} = patient_keeper_start(gen_event, start, []),
    ok = gen_event:add_handler(P, ?MODULE, {gen_event, Name}),
    ok = gen_event:add_handler(P, {?MODULE, second}, {gen_event, small}),
    P.

%% A process of its own that takes system messages.
special(supervisor) -> supervisor:start_link(?MODULE, supervisor);
special(Name) -> {ok, P} = patient_keeper_start(proc_lib, start, [?MODULE, special_init, [Name]]), P.

%% A process without manners that sent this to itself.
sent(Name) -> P = plain(), P ! {send, self(), Name}, receive {sent, P} -> P end.

%% A gen_server with N messages that it will come to never, the first of them this, by itself.
mailbox(Name, N) -> mailbox(Name, N, on_heap).

mailbox(Name, N, Where) ->
    {ok, P} = patient_keeper_start(gen_server, start, [?MODULE, {gen_server, small},
                                                       [{spawn_opt, [{message_queue_data, Where}]}]]),
    gen_server:cast(P, {fill, self(), Name, N}),
    receive {filled, P} -> P end.

%% A gen_server that is in a callback until it is told to go on.
busy(Name) -> P = gen_server(Name), gen_server:cast(P, {busy, self()}), receive {busy, P} -> P end.

dictionary(Name) -> P = gen_server(small), ok = gen_server:call(P, {put, Name}), P.

plain() -> patient:started(proc_lib, start, [?MODULE, plain_init, [self(), x]]).

plain_init(_, _) -> proc_lib:init_ack(self()), plain_loop().

plain_loop() ->
    receive
        {send, From, Name} -> self() ! {monster, value(Name)}, From ! {sent, self()}, wait()
    end.

wait() -> receive stop -> ok end.

patient_keeper_start(M, F, A) -> {ok, patient:started(M, F, A)}.

%% How long the slowest of many short round trips between two processes took, microseconds, since worst/1 was last called.
echo() ->
    patient:started(erlang, spawn, [fun() ->
        Echo = spawn_link(fun Loop() -> receive {P, M} -> P ! M, Loop() end end),
        ping(Echo, 0)
    end]).

ping(Echo, Worst) ->
    Start = erlang:monotonic_time(microsecond),
    Echo ! {self(), x},
    receive x -> ok end,
    Now = max(Worst, erlang:monotonic_time(microsecond) - Start),
    receive {worst, From} -> From ! {worst, Now}, ping(Echo, 0) after 2 -> ping(Echo, Now) end.

worst(P) -> P ! {worst, self()}, receive {worst, W} -> W end.

%% Is its state what it was?
hash(P) -> {state, S} = gen_server:call(P, hash), S.

init({gen_server, Name}) -> {ok, value(Name)};
init({gen_statem, Name}) -> {ok, here, value(Name)};
init({gen_event, Name}) -> {ok, value(Name)};
init(supervisor) -> {ok, {{one_for_one, 1, 1}, []}}.

handle_call(hibernate, _From, S) -> {reply, ok, S, hibernate};
handle_call({put, Name}, _From, S) -> put(thing, value(Name)), {reply, ok, S};
handle_call(hash, _From, S) -> {reply, {state, erlang:phash2(S)}, S}.

handle_cast({busy, From}, S) -> From ! {busy, self()}, receive go_on -> {noreply, S} end;
handle_cast({fill, From, Name, N}, S) ->
    self() ! {monster, value(Name)},
    [self() ! {job, I} || I <- lists:seq(2, N)],
    From ! {filled, self()},
    filled(S).

%% A loop of its own that takes only system messages: the rest waits.
filled(S) ->
    receive
        {system, From, Request} -> sys:handle_system_msg(Request, From, self(), ?MODULE, [], {filled, S})
    end.

handle_info(_, S) -> {noreply, S}.
terminate(_, _) -> ok.
code_change(_, S, _) -> {ok, S}.

callback_mode() -> handle_event_function.
handle_event({call, From}, _, _, _) -> {keep_state_and_data, [{reply, From, ok}]};
handle_event(_, _, _, _) -> keep_state_and_data.
handle_event(_, S) -> {ok, S}.

special_init(Name) ->
    S = value(Name),
    proc_lib:init_ack(self()),
    special_loop(S).

special_loop(S) ->
    receive
        {system, From, Request} -> sys:handle_system_msg(Request, From, self(), ?MODULE, [], S);
        _ -> special_loop(S)
    end.

system_continue(_, _, {filled, S}) -> filled(S);
system_continue(_, _, S) -> special_loop(S).
system_terminate(Reason, _, _, _) -> exit(Reason).
