%% Sends the mail. The disease: one letter takes 20 ms, and far more than fifty a second are ordered.
-module(shop_mailer).
-behaviour(gen_server).
-export([start_link/0, send/2, init/1, handle_call/3, handle_cast/2]).

start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

send(To, Text) -> gen_server:cast(?MODULE, {send, To, Text}).

init([]) -> {ok, #{sent => 0}}.

handle_call(sent, _From, State = #{sent := N}) -> {reply, N, State}.

handle_cast({send, _To, _Text}, State = #{sent := N}) ->
    deliver(),
    {noreply, State#{sent := N + 1}}.

%% The mail server of the house is slow.
deliver() ->
    timer:sleep(20),
    ok.
