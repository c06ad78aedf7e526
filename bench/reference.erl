%% What tools that live inside the node do for the same answers. The sampling is recon's (2.5): each process is asked
%% for the attribute, its name, where it is and where it began; the window's is two of these and a dictionary.
-module(reference).
-export([proc_count/0, proc_count_reductions/0, proc_window/0, recon_count/0, recon_count_reductions/0, recon_window/0]).

-define(ROWS, 20).
-define(WINDOW_MS, 1000).

proc_count() -> length(top(sample(memory))).

proc_count_reductions() -> length(top(sample(reductions))).

proc_window() ->
    Before = sample(reductions),
    timer:sleep(?WINDOW_MS),
    length(top(differences(Before, sample(reductions)))).

recon_count() -> length(recon:proc_count(memory, ?ROWS)).

recon_count_reductions() -> length(recon:proc_count(reductions, ?ROWS)).

recon_window() -> length(recon:proc_window(reductions, ?ROWS, ?WINDOW_MS)).

sample(Item) -> [Row || Pid <- processes(), Pid =/= self(), Row <- row(Item, Pid)].

row(Item, Pid) ->
    case process_info(Pid, [Item, registered_name, current_function, initial_call]) of
        [{_, Value}, {_, Name} | Calls] -> [{Pid, Value, [Name || is_atom(Name)] ++ Calls}];
        undefined -> []
    end.

%% The highest rows, in order; most rows are only compared with the least of them.
top(Rows) ->
    {First, Rest} = lists:split(min(?ROWS, length(Rows)), Rows),
    lists:reverse(lists:foldl(fun better/2, lists:keysort(2, First), Rest)).

better({_, Value, _}, Top = [{_, Least, _} | _]) when Value =< Least -> Top;
better(Row, [_ | Top]) -> lists:keymerge(2, [Row], Top).

differences(Before, After) ->
    Old = dict:from_list([{Pid, Value} || {Pid, Value, _} <- Before]),
    New = dict:from_list([{Pid, {Value, Where}} || {Pid, Value, Where} <- After]),
    Moved = dict:fold(fun(Pid, {Value, Where}, Rows) -> [{Pid, Value - was(Pid, Old), Where} | Rows] end, [], New),
    Gone = [{Pid, Value, Where} || {Pid, Value, Where} <- Before, not dict:is_key(Pid, New)],
    Moved ++ Gone.

was(Pid, Old) ->
    case dict:find(Pid, Old) of
        {ok, Value} -> Value;
        error -> 0
    end.
