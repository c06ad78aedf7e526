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
    Prices = prices(?PRODUCTS, Rate, #{}),
    self() ! refresh,
    {noreply, State#{prices := Prices}}.

prices(0, _Rate, Prices) -> Prices;
prices(Product, Rate, Prices) -> prices(Product - 1, Rate, Prices#{Product => price(Product, Rate)}).

price(Product, Rate) ->
    Discount = discount(Product, 400, 0),
    Product * Rate - Discount rem 100.

discount(_Product, 0, Sum) -> Sum;
discount(Product, Rule, Sum) -> discount(Product, Rule - 1, Sum + (Product * Rule) rem 7).
