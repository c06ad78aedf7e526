%% What recon does for the state of a node, and to find who holds binaries. Each is one call inside the node.
-module(system_reference).
-export([node_stats/0, bin_leak/0]).

-define(ROWS, 20).

%% What recon:node_stats_list(1, 0) reads, without scheduler_wall_time: counts, memory, and two readings of what grows.
node_stats() ->
    Before = grown(),
    Absolutes = [{process_count, erlang:system_info(process_count)}, {run_queue, erlang:statistics(run_queue)},
                 {memory, erlang:memory()}],
    length(Absolutes) + length(lists:zip(Before, grown())).

grown() ->
    {{input, In}, {output, Out}} = erlang:statistics(io),
    {Collections, Words, _} = erlang:statistics(garbage_collection),
    {Reductions, _} = erlang:statistics(reductions),
    [In, Out, Collections, Words, Reductions].

%% As recon:bin_leak(20): of every process the list of its binaries, a garbage collection, and the list again.
bin_leak() ->
    Freed = [leak(Pid) || Pid <- processes(), Pid =/= self()],
    length(lists:sublist(lists:reverse(lists:keysort(2, Freed)), ?ROWS)).

leak(Pid) ->
    try
        {_, Before} = process_info(Pid, binary),
        {_, _, Where} = named(Pid),
        erlang:garbage_collect(Pid),
        {_, After} = process_info(Pid, binary),
        {Pid, length(Before) - length(After), Where}
    catch
        _:_ -> {Pid, 0, []}
    end.

named(Pid) ->
    [Name, {_, Current}, {_, Initial}] = process_info(Pid, [registered_name, current_function, initial_call]),
    {Pid, Name, [{current_function, Current}, {initial_call, Initial}]}.
