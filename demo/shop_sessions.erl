%% Owns the sessions. The disease: nobody ever takes one out.
-module(shop_sessions).
-behaviour(gen_server).
-export([start_link/0, put/2, init/1, handle_call/3, handle_cast/2]).

start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

put(Id, Data) -> ets:insert(sessions, {Id, erlang:system_time(second), Data}).

init([]) ->
    ets:new(sessions, [named_table, public]),
    {ok, []}.

handle_call(size, _From, State) -> {reply, ets:info(sessions, size), State}.

handle_cast(_, State) -> {noreply, State}.
