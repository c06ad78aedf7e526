%% A gen_server that holds the state it was started with.
-module(patient_server).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

init(State) -> {ok, State}.

handle_call(get, _From, State) -> {reply, State, State};
handle_call({put, New}, _From, _Old) -> {reply, ok, New}.

handle_cast(hang, State) -> receive {never, comes} -> {noreply, State} end;
handle_cast(_, State) -> {noreply, State}.

handle_info(_, State) -> {noreply, State}.
