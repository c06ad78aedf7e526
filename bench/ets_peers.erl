%% What is done today to see the largest ETS tables: ets:info/1 of each of them.
-module(ets_peers).
-export([tables/1, top/0, all/0]).

%% N tables of one owner.
tables(N) ->
    Asker = self(),
    Owner = spawn(fun() ->
                          [ets:insert(ets:new(table, [public]), [{K, K} || K <- lists:seq(1, I rem 50)])
                           || I <- lists:seq(1, N)],
                          Asker ! {made, self()},
                          receive stop -> ok end
                  end),
    receive {made, Owner} -> N end.

info() -> [Info || T <- ets:all(), Info <- [ets:info(T)], Info =/= undefined].

%% In the node, as observer_cli does: the answer does not travel.
top() ->
    Sorted = lists:sort([{proplists:get_value(memory, I), I} || I <- info()]),
    length(lists:sublist(lists:reverse(Sorted), 20)).

%% By rpc, sorted where it is shown: how many bytes travel.
all() -> byte_size(term_to_binary(info())).
