%% ETS tables of every kind, for the live tests; their owners are patients.
-module(patient_ets).
-export([zoo/0, many/1, mayflies/1, info/0, owned/2, filled/3, fixed/1]).
-export([owner/2, mayfly/0]).

%% Tables of all types and protections, and with all options: their owner is zoo_owner. The answer is their references
%% or names by kind.
zoo() ->
    Heir = patient:plain(),
    Kinds =
        [{T, T, [T]} || T <- [set, ordered_set, bag, duplicate_bag]] ++
        [{P, P, [P]} || P <- [public, protected, private]] ++
        [{named, zoo_named, [named_table, public]},
         {module, 'Elixir.Shop.Cache', [named_table]},
         {alias, 'Shop.Cache', [named_table]},
         {nothing, undefined, [named_table]},
         {escape, list_to_atom("\e[31mred\r\n"), [named_table]},
         {utf8, list_to_atom("caf\351 \x{1F980}"), [named_table]},
         {twin_1, twin, []},
         {twin_2, twin, []},
         {heir, zoo_heir, [{heir, Heir, secret}]},
         {keypos, zoo_keypos, [{keypos, 2}]},
         {compressed, zoo_compressed, [compressed]},
         {read_concurrency, zoo_read, [{read_concurrency, true}]},
         {write_concurrency, zoo_write, [public, {write_concurrency, true}]},
         {decentralized, zoo_decentralized,
          [ordered_set, public, {write_concurrency, true}, {decentralized_counters, true}]}] ++
        [{auto, zoo_auto, [public, {write_concurrency, auto}]} || release() >= 25],
    [{Kind, ref(T)} || {Kind, T} <- owned([{K, {fun ets:new/2, N, O}} || {K, N, O} <- Kinds], zoo_owner)].

release() -> list_to_integer(erlang:system_info(otp_release)).

%% Makes tables, [{Kind, {New, Name, Options}}], in a process of this name (none: without).
owned(Kinds, Name) -> owned(Kinds, Name, fun fill/1).

owned(Kinds, Name, Fill) ->
    Asker = self(),
    Ref = make_ref(),
    Make = fun() -> Asker ! {Ref, [make(Fill, Kind) || Kind <- lists:zip(Kinds, lists:seq(1, length(Kinds)))]} end,
    Owner = patient:started(?MODULE, owner, [Make, Name]),
    Mon = monitor(process, Owner),
    receive
        {Ref, Tables} -> demonitor(Mon, [flush]), Tables;
        {'DOWN', Mon, process, Owner, Why} -> exit(Why)
    end.

make(Fill, {{Kind, {New, Name, Options}}, I}) ->
    T = New(Name, Options),
    Fill({T, I}),
    {Kind, T}.

%% Each table another number of objects.
fill({T, N}) ->
    Pad = lists:duplicate(ets:info(T, keypos) - 1, pad),
    [ets:insert(T, list_to_tuple(Pad ++ [I, <<I:256>>])) || I <- lists:seq(1, 10 + N)].

owner(Make, Name) ->
    spawn(fun() ->
                  Name =:= none orelse register(Name, self()),
                  Make(),
                  patient:wait()
          end).

%% A named table with these objects.
filled(Name, Options, Objects) ->
    owned([{Name, {fun(N, O) ->
                           T = ets:new(N, O),
                           lists:foreach(fun(Make) when is_function(Make) -> ets:insert(T, Make());
                                            (Object) -> ets:insert(T, Object) end, Objects),
                           T
                   end, Name, [named_table | Options]}}], none, fun(_) -> ok end),
    Name.

%% A process that has fixed a table.
fixed(T) ->
    Asker = self(),
    Pid = patient:started(?MODULE, owner, [fun() -> ets:safe_fixtable(T, true), Asker ! {fixed, self()} end, none]),
    receive {fixed, Pid} -> Pid end.

ref(T) when is_atom(T) -> T;
ref(T) -> list_to_binary(ref_to_list(T)).

%% N tables of an owner without a name; one in a hundred has objects.
many(N) ->
    Asker = self(),
    Owner = patient:started(?MODULE, owner, [fun() ->
                [ets:insert(ets:new(many, [public]), [{K} || I rem 100 =:= 0, K <- lists:seq(1, I)])
                 || I <- lists:seq(1, N)],
                Asker ! {made, self()}
        end, none]),
    receive {made, Owner} -> Owner end.

%% A process that makes tables which live for some milliseconds, N at a time.
mayflies(N) ->
    patient:started(?MODULE, owner, [fun Loop() ->
                [spawn(?MODULE, mayfly, []) || _ <- lists:seq(1, N)],
                receive after 5 -> Loop() end
        end, none]).

mayfly() ->
    T = ets:new(mayfly, []),
    ets:insert(T, {1}),
    receive after rand:uniform(10) -> ok end.

%% [{Id, ets:info/1 and more as a map}] of all tables.
info() ->
    W = erlang:system_info(wordsize),
    [{ref(T), maps:merge(maps:from_list([{K, words(K, V, W)} || {K, V} <- I]),
                         #{fixed => ets:info(T, fixed), elixir => elixir(T)})}
     || T <- ets:all(), I <- [ets:info(T)], I =/= undefined].

words(memory, V, W) -> V * W;
words(_, V, _) -> V.

elixir(T) -> is_atom(T) andalso lists:prefix("Elixir.", atom_to_list(T)).
