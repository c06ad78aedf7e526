%% Functions whose calls are known, for tests of tracing: each returns, and to whom, is said by its name.
-module(patient_calls).
-export([fac/1, fib/1, even/1, odd/1, loop/1, chain/1, walk/1, branch/1, caught/1, thrown/1, deep/1, twice/1, ready/1,
         go/1, run/2, outer/1, waits/2]).
-export([middle/1, last/1, boom/1]).

%% Body recursion.
fac(0) -> 1;
fac(N) -> N * fac(N - 1).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

%% Body recursion of two.
even(0) -> true;
even(N) -> not odd(N - 1).

odd(0) -> false;
odd(N) -> not even(N - 1).

%% Tail recursion, and a chain of tail calls.
loop(0) -> done;
loop(N) -> loop(N - 1).

chain(X) -> middle(X).
middle(X) -> last(X).
last(X) -> X.

%% Recursion through functions that are not traced.
walk(L) when is_list(L) -> lists:sum(lists:map(fun walk/1, L));
walk(X) -> X.

%% Body and tail recursion in one.
branch({L, R}) -> branch(L), branch(R);
branch(X) -> X.

%% Exceptions: caught at depth 2, through many frames.
boom(none) -> none;
boom(throw) -> throw(thrown);
boom(error) -> error(failed);
boom(exit) -> exit(ended).

thrown({0, Class}) -> boom(Class);
thrown({N, Class}) -> [thrown({N - 1, Class})].

caught({N, Class}) ->
    R = try thrown({N, Class}) of _ -> none catch C:W -> {C, W} end,
    {twice(1), R}.

%% A catch in the midst of the same function.
deep(0) -> error(bottom);
deep(3) -> R = (catch deep(2)), {3, is_tuple(R)};
deep(N) -> [deep(N - 1)].

twice(X) -> 2 * X.

outer(X) -> Y = twice(X), Z = twice(Y), {Y, Z}.

%% Each function with its argument in a process of its own, that waits; and lets them run when all are traced.
ready(Calls) -> [spawn(fun() -> receive go -> ok end, run(F, X) end) || {F, X} <- Calls].

go(Pids) ->
    code:ensure_loaded(trace), % OTP 27
    Sessions = erlang:function_exported(trace, session_info, 1),
    Functions = [{?MODULE, F, A} || {F, A} <- ?MODULE:module_info(exports), F =/= module_info],
    [traced(What, Sessions) || What <- Functions ++ Pids],
    Refs = [monitor(process, P) || P <- Pids],
    [P ! go || P <- Pids],
    [receive {'DOWN', R, _, _, _} -> ok end || R <- Refs],
    done.

traced(What, Sessions) ->
    case armed(What, Sessions) of
        true -> ok;
        false -> receive after 1 -> traced(What, Sessions) end
    end.

armed(What, true) -> apply(trace, session_info, [What]) =/= [];
armed({_, _, _} = What, false) -> erlang:trace_info(What, traced) =/= {traced, false};
armed(What, false) -> erlang:trace_info(What, flags) =/= {flags, []}.

%% The last call of its process.
waits(F, X) ->
    receive go -> ok end,
    ?MODULE:F(X).

run(F, X) ->
    R = (catch ?MODULE:F(X)),
    {done, R}.
