%% Takes the requests: 500 a second, each with a session and a letter. The disease: the id of a request becomes an atom,
%% and atoms are never freed.
-module(shop_web).
-behaviour(gen_server).
-export([start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(AT_FIRST, 4000).
-define(AT_MOST, 60_000).

start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

init([]) ->
    timer:send_interval(10, clients),
    {ok, requests(?AT_FIRST, #{count => 0, last => none})}.

handle_call(count, _From, State = #{count := N}) -> {reply, N, State}.

handle_cast(_, State) -> {noreply, State}.

handle_info(clients, State = #{count := N}) when N < ?AT_MOST -> {noreply, requests(5, State)};
handle_info(clients, State) -> {noreply, State}.

requests(N, State) -> lists:foldl(fun(_, S) -> request(S) end, State, lists:seq(1, N)).

request(State = #{count := N}) ->
    Id = list_to_atom("req-" ++ integer_to_list(N, 36)),
    shop_sessions:put(Id, #{cart => [N, N + 1, N + 2], agent => <<"Mozilla/5.0 (X11; Linux x86_64)">>}),
    shop_mailer:send(N, <<"Thank you for your order">>),
    State#{count := N + 1, last := Id}.
