%% One client that is connected. The disease: clients go without a word, and nobody asks whether they are still there.
-module(shop_connection).
-behaviour(gen_server).
-export([start_link/0, init/1, handle_call/3, handle_cast/2]).

start_link() -> gen_server:start_link(?MODULE, [], []).

init([]) -> {ok, #{since => erlang:system_time(second), user => undefined}}.

handle_call(since, _From, State = #{since := Since}) -> {reply, Since, State}.

handle_cast(_, State) -> {noreply, State}.
