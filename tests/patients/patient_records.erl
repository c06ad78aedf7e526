%% Calls with records, again and again until it is told to stop: for tests of how a trace is shown.
-module(patient_records).
-export([start/0, stop/0, loop/1, sell/2, price/1, 'x\e[2J\n'/1]).

-record(item, {name, price = 3 :: integer()}).
-record(cart, {id, items = [], password, made = erlang:monotonic_time()}).

start() ->
    register(?MODULE, spawn(fun() -> loop(0) end)),
    ok.

stop() ->
    Ref = monitor(process, ?MODULE),
    ?MODULE ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end.

loop(N) ->
    receive stop -> ok
    after 2 ->
        AVariableThatNoOtherModuleHas = #cart{id = N rem 4, items = [#item{name = tea}], password = "abc"},
        catch sell(AVariableThatNoOtherModuleHas, N),
        loop(N + 1)
    end.

sell(#cart{id = 3}, _) -> exit(no_money);
sell(#cart{items = Items}, N) -> {sold, lists:sum([price(I) || I <- Items]), 'x\e[2J\n'(N)}.

price(#item{price = P}) -> P.

'x\e[2J\n'(N) -> N.
