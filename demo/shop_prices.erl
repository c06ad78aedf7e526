%% Keeps the prices. The disease: a refresh asks for the next refresh at once, so that one process computes for ever.
-module(shop_prices).
-behaviour(gen_server).
-export([start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(PRODUCTS, 2000).

start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

init([]) ->
    self() ! refresh,
    {ok, #{rate => 1.0, prices => #{}}}.

handle_call({price, Product}, _From, State = #{prices := Prices}) ->
    {reply, maps:find(Product, Prices), State}.

handle_cast(_, State) -> {noreply, State}.

handle_info(refresh, State = #{rate := Rate}) ->
    Prices = maps:from_list([{P, price(P, Rate)} || P <- lists:seq(1, ?PRODUCTS)]),
    self() ! refresh,
    {noreply, State#{prices := Prices}}.

price(Product, Rate) ->
    Discount = discount(Product, 400, 0),
    Product * Rate - Discount rem 100.

discount(_Product, 0, Sum) -> Sum;
discount(Product, Rule, Sum) -> discount(Product, Rule - 1, Sum + (Product * Rule) rem 7).
