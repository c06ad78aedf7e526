%% A till: calls functions of its own, a few hundred times a second, some of which fail, and tells its book.
-module(till).
-export([start/0, sell/1, price/2, total/1, pay/2]).

start() ->
    register(till_book, spawn(fun Book() -> receive _ -> Book() end end)),
    register(till, spawn(fun() -> sell(1) end)).

sell(N) ->
    Total = total([{tea, N rem 7}, {milk, 1}]),
    catch pay(Total, N rem 4),
    till_book ! {sold, Total},
    spawn(fun() -> price(tea, N) end),
    receive after 4 -> ?MODULE:sell(N + 1) end.

total(Basket) ->
    lists:sum([price(Item, N) || {Item, N} <- Basket]).

price(tea, N) -> 3 * N;
price(milk, N) -> N.

pay(Total, 0) -> error({no_money, Total});
pay(Total, _) -> {ok, Total}.
