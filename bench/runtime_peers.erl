%% What recon (2.5) does for the allocators and for the schedulers. With recon in the path it is asked itself.
-module(runtime_peers).
-export([allocators/0, recon_allocators/0, scheduler_usage/0, recon_scheduler_usage/0]).

-define(QUESTIONS, 10). % those that one reading of ours answers

%% Each of its questions reads all allocators, brings their properties into order, and sums up.
allocators() -> lists:sum([question() || _ <- lists:seq(1, ?QUESTIONS)]).

question() ->
    _ = erlang:memory(),
    All = [{{A, N}, [{K, in_order(V)} || {K, V} <- lists:sort(Props)]}
           || A <- [sys_alloc, mseg_alloc | erlang:system_info(alloc_util_allocators)],
              Instances <- [erlang:system_info({allocator, A})], Instances =/= false, {_, N, Props} <- Instances],
    lists:sum([element(2, lists:keyfind(carriers_size, 1, proplists:get_value(K, Props)))
               || {_, Props} <- All, K <- [mbcs, sbcs], lists:keymember(K, 1, Props)]).

in_order([{blocks, L} | Rest]) when is_list(L) ->
    Sum = fun(K) -> lists:foldl(fun({_, Ps}, S) -> S + element(2, lists:keyfind(K, 1, Ps)) end, 0, L) end,
    [{blocks, Sum(count)}, {blocks_size, Sum(size)}, {raw_blocks, L} | Rest];
in_order(V) -> V.

recon_allocators() ->
    length([recon_alloc:memory(K) || K <- [used, allocated, allocated_types, allocated_instances, usage]] ++
           [recon_alloc:fragmentation(K) || K <- [current, max]] ++
           [recon_alloc:average_block_sizes(current), recon_alloc:sbcs_to_mbcs(current),
            recon_alloc:cache_hit_rates()]).

%% The flag on, two readings, the flag as it was.
scheduler_usage() ->
    Was = erlang:system_flag(scheduler_wall_time, true),
    First = lists:sort(erlang:statistics(scheduler_wall_time)),
    timer:sleep(1000),
    Last = lists:sort(erlang:statistics(scheduler_wall_time)),
    erlang:system_flag(scheduler_wall_time, Was),
    length([{I, (A1 - A0) / max(T1 - T0, 1)} || {{I, A0, T0}, {I, A1, T1}} <- lists:zip(First, Last)]).

recon_scheduler_usage() -> length(recon:scheduler_usage(1000)).
