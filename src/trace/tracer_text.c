/* The texts of the guardian, of the tracer, and the one that cleans. */
#include "trace/tracer_text.h"

/*
 * Patterns off. Below OTP 27 there is one for each function: one that is not ours, since
 * somebody set it meanwhile, stays.
 */
#define TEXT_OFF                                                                    \
	"M = fun(E) ->"                                                             \
	" {X, _, K, O, P, S, R} = A,"                                               \
	" [catch if X -> trace:function(E, Y, false, O);"                           \
	"  K =/= false -> erlang:trace_pattern(Y, false, O);"                       \
	"  true -> case erlang:trace_info(Y, match_spec) of"                        \
	"   {_, Q} when Q =:= N -> erlang:trace_pattern(Y, false, O); _ -> ok end"  \
	"  end || {N, C} <- P, Y <- C],"                                            \
	" [catch if X, Y =:= send -> trace:send(E, false, []);"                     \
	"  X -> trace:recv(E, false, []);"                                          \
	"  true -> case erlang:trace_info(Y, match_spec) of"                        \
	"   {_, Q} when Q =:= N -> erlang:trace_pattern(Y, false, []); _ -> ok end" \
	"  end || {Y, N} <- [{send, S}, {'receive', R}], N =/= false]"              \
	" end,"

/*
 * What else is put back, at last: below OTP 27 the patterns of messages, of which there
 * is one a node, and what new processes begin with; the control word, if it is ours.
 */
#define TEXT_BACK                                                                        \
	"F = fun(T) ->"                                                                  \
	" {X, K, _, _, _, S, R} = A,"                                                    \
	" X orelse [catch case erlang:trace_info(Y, match_spec) of"                      \
	"  {_, Q} when Q =:= N; Q =:= false -> erlang:trace_pattern(Y, true, []);"       \
	"  _ -> ok end || {Y, N} <- [{send, S}, {'receive', R}], N =/= false],"          \
	" X orelse [catch case erlang:trace_info(Y, tracer) of"                          \
	"  {_, T} -> erlang:trace(Y, false, [all]); _ -> ok end || Y <- element(5, K)]," \
	" case erlang:system_info(trace_control_word) of"                                \
	"  N when N >= B, N < B + 65536 -> erlang:system_flag(trace_control_word, C);"   \
	"  _ -> ok end"                                                                  \
	" end,"

const char tracer_text[] =
	/* The control word is the lock. It is read first: nobody else's is touched. */
	"process_flag(trap_exit, true),"
	"G = self(),"
	"C = (fun() ->"
	" V = erlang:system_info(trace_control_word),"
	" V =:= 0 orelse element(5, D) orelse exit({9, 1, V}),"
	" W = erlang:system_flag(trace_control_word, B),"
	" W =:= 0 orelse element(5, D) orelse"
	"  begin erlang:system_flag(trace_control_word, W), exit({9, 1, W}) end,"
	" if W >= B, W < B + 65536 -> 0; true -> W end end)()," TEXT_OFF TEXT_BACK
	"T = erlang:spawn_opt(fun() ->"
	" process_flag(trap_exit, true),"
	" E = if element(1, A) -> trace:session_create(trace, self(), []);"
	"  true -> false end,"
	/*
	 * In the tracer: a message to us. It waits while the connection is full without
	 * being suspended, so that it can always be ended.
	 */
	" Y = fun Y(Q) -> case erlang:send(Z, Q, [noconnect, nosuspend]) of"
	"  nosuspend -> receive {'EXIT', G, _} -> M(E), F(self()), exit(normal)"
	"   after 10 -> Y(Q) end;"
	"  _ -> ok end end,"
	/* Sets all patterns; how many functions have one. */
	" I = fun() ->"
	"  {X, _, K, O, P, S, R} = A,"
	"  V = if K =:= false -> traced; true -> K end,"
	"  X orelse [case erlang:trace_info(Y, match_spec) of"
	"   {_, Q} when Q =:= true; Q =:= N; Q =:= false -> ok;"
	"   _ -> exit({9, 3, Y}) end ||"
	"   {Y, N} <- [{send, S}, {'receive', R}], N =/= false],"
	"  S =:= false orelse if X -> trace:send(E, S, []);"
	"   true -> erlang:trace_pattern(send, S, []) end,"
	"  R =:= false orelse if X -> trace:recv(E, R, []);"
	"   true -> erlang:trace_pattern('receive', R, []) end,"
	"  lists:sum([if X -> trace:function(E, Y, N, O);"
	"   true -> case erlang:trace_info(Y, V) of"
	"    {_, Q} when Q =:= false; Q =:= undefined -> erlang:trace_pattern(Y, N, O);"
	"    _ -> exit({9, 2, Y}) end"
	"   end || {N, C} <- P, Y <- C])"
	" end,"
	/* Flags on: for each of Who how many processes have them, -1: it cannot. */
	" H = fun(_, []) -> [];"
	"  (W, N) -> {X, V, _, _, _, _, _} = A,"
	"  Q = [case catch if X, R =:= 0 -> trace:process(E, Y, true, N);"
	"    X -> trace:port(E, Y, true, N);"
	"    true -> erlang:trace(Y, true, [{tracer, self()} | N]) end of"
	"   S when is_integer(S) -> S; _ -> -1 end || {R, Y} <- W],"
	"  element(6, V) orelse (catch if X -> trace:process(E, G, false, N);"
	"   true -> erlang:trace(G, false, N) end),"
	"  Q end,"
	/* Names of processes, without asking any of them. Those of the dead stay. */
	" P = fun(H) ->"
	"  R = registered(),"
	"  N = maps:from_list(lists:zip(lists:map(fun erlang:whereis/1, R), R)),"
	"  maps:put(0, erlang:monotonic_time(millisecond),"
	"   if map_size(H) > 20000 -> N; true -> maps:merge(H, N) end) end,"
	/*
	 * Reads the counters and says them, a hundred functions at a time: {Calls,
	 * Nanoseconds, Words} each. There is a counter of each process; they are summed
	 * here.
	 */
	" R = fun R([], _) -> ok;"
	"  R(Q, N) ->"
	"  {X, _, K, _, _, _, _} = A,"
	"  {T, O} = lists:split(min(100, length(Q)), Q),"
	"  W = fun erlang:element/2,"
	"  Y({3, N, [case catch element(2, if X -> trace:info(E, S, K);"
	"    true -> erlang:trace_info(S, K) end) of"
	"   J when is_integer(J) -> {J, 0, 0};"
	"   J when is_list(J), K =:= call_time ->"
	"    {lists:sum(lists:zipwith(W, lists:duplicate(length(J), 2), J)),"
	"     lists:sum(lists:zipwith(W, lists:duplicate(length(J), 3), J)) * 1000000000"
	"      +"
	"     lists:sum(lists:zipwith(W, lists:duplicate(length(J), 4), J)) * 1000, 0};"
	"   J when is_list(J) ->"
	"    {lists:sum(lists:zipwith(W, lists:duplicate(length(J), 2), J)), 0,"
	"     lists:sum(lists:zipwith(W, lists:duplicate(length(J), 3), J))};"
	"   _ -> {0, 0, 0} end || S <- T]}),"
	"  R(O, N + length(T)) end,"
	/*
	 * Is the gate to be opened anew? At the end of a period (W), unless more came
	 * than may: then the trace ends. One that is throttled waits while more are to be
	 * handled than a period lets through: U - S, since the length of the queue tells
	 * on OTP 25 only what was fetched. Where events may be large, when none waits.
	 * Who else sets the control word meanwhile, keeps it.
	 */
	" X = fun(V, Q, J, N, R, D, A, T, H, O, S, W) ->"
	"  U = if O =:= 0, J >= W; O =:= 0, element(12, L) ->"
	"    erlang:system_info(trace_control_word) - B; true -> 0 end,"
	"  if O =/= 0 -> V(N, R, D, A, T, H, O, S, W);"
	"   U < 0; U > 65535 ->"
	"    G ! {self(), {9, 1, B + U}}, V(N, R, D, A, T, H, 2, S, W);"
	"   J >= W, U >= element(2, L), element(5, L) =:= false,"
	"    element(12, L) =:= false ->"
	"    if Q =:= 0 -> V(N, R, D, A, T, H, O, element(3, L), J);"
	"     true -> V(N, R, D, A, T, H, O, S, J + 10) end;"
	"   J >= W, element(5, L), Q > element(2, L);"
	"   J >= W, element(5, L), U - S > element(2, L) ->"
	"    V(N, R, D, A, T, H, O, S, J + 10);"
	"   J >= W ->"
	"    erlang:system_flag(trace_control_word, B + element(2, L) -"
	"     max(0, min(element(2, L), element(1, L) - N - Q))),"
	"    element(11, L) andalso S >= element(3, L) andalso I(),"
	"    V(N, R, D, A, T, H, O, min(0, S - U), J + element(4, L));"
	"   U >= element(2, L), Q =:= 0, element(12, L), S < element(3, L) ->"
	"    erlang:system_flag(trace_control_word, B + element(2, L) -"
	"     min(element(2, L), min(element(1, L) - N, if W =:= infinity ->"
	"      element(2, L); true -> element(3, L) - S end))),"
	"    V(N, R, D, A, T, H, O, S, W);"
	"   true -> V(N, R, D, A, T, H, O, S, W) end"
	" end,"
	/*
	 * After each event, and when time went by: is a limit reached, is it time to send
	 * what there is? N calls, R returns, D dropped, A the events that wait since T, H
	 * names, S calls of the period that ends at W, less what was left of others (none
	 * when nothing came for a time). States (O): 0 open; 1 closed, returns may
	 * come; 2 the guardian knows; 3 it wants what there is; 4 it has it.
	 * A gate that is shut for good needs its pattern no more, though most of what it
	 * let through may still wait here: then it is off at once, which get(0) says.
	 * A guardian that monitors us wants to end, and its word waits behind all that.
	 * In the states 2 and 3, W is until when that is handled: then it is dropped.
	 */
	" K = fun(V, J, N, R, D, A, T, H, O, S, W) ->"
	"  O =:= 0 andalso W =:= infinity andalso element(12, L) =:= false andalso"
	"   get(0) =:= undefined andalso"
	"   erlang:system_info(trace_control_word) >= B + element(2, L) andalso"
	"   begin put(0, off), M(E) end,"
	"  {_, Q} = process_info(self(), message_queue_len),"
	"  K = O < 2 andalso"
	"   lists:member(G, element(2, process_info(self(), monitored_by))),"
	"  U = if O =:= 4 -> -1; O > 1, J >= W -> 6; O > 1 -> -1; K -> 5;"
	"   Q > element(6, L) -> 3;"
	"   O =:= 0, N >= element(1, L) -> 0;"
	"   O =:= 0, S >= element(3, L), element(5, L) =:= false -> 1;"
	"   O =:= 1, element(10, L), R >= N -> 0;"
	"   element(8, L) orelse N band 63 =:= 63 ->"
	"    case element(2, process_info(self(), memory)) > element(7, L) of"
	"     true -> 4; _ -> -1 end;"
	"   true -> -1 end,"
	"  if U =:= 6 ->"
	"    A =:= [] orelse Y({2, A}),"
	"    G ! {self(), {N, D + Q}}, V(N, R, D, [], J, H, 4, S, infinity);"
	"   U >= 0 ->"
	"    erlang:system_info(trace_control_word) >= B andalso"
	"     erlang:system_flag(trace_control_word, B + element(2, L)),"
	"    O =:= 0 andalso get(0) =:= undefined andalso M(E),"
	"    A =:= [] orelse Y({2, A}),"
	"    if O =:= 0, U < 2, element(9, L), R < N ->"
	"      Y({4, U}), V(N, R, D, [], J, H, 1, S, W);"
	"     true -> G ! {self(), U}, V(N, R, D, [], J, H, 2, S, J + 500) end;"
	"   A =/= [], element(8, L); length(A) >= 64; A =/= [], J - T >= 100 ->"
	"    Y({2, A}),"
	"    element(8, L) andalso garbage_collect(self(), [{type, minor}]),"
	"    X(V, Q, J, N, R, D, [], J,"
	"     case J - maps:get(0, H) > 1000 of true -> P(H); _ -> H end, O, S, W);"
	"   true -> X(V, Q, J, N, R, D, A, T, H, O, S, W) end"
	" end,"
	/* Arms: {Functions, Processes of each of Who}, or what is in the way. */
	" U = (catch (fun({Q, N, R, S, W, _, K, P}) ->"
	"  [element(2, erlang:trace_info(O, flags)) =:= [] orelse exit({9, 4, O}) ||"
	"   O <- W],"
	"  J = H(Q, N), T = I(), V = H(R, S), H(K, P),"
	"  {T, if N =:= [] -> V; true -> J end} end)(element(2, A))),"
	" case U of"
	"  {T, S} when is_integer(T), is_list(S) ->"
	"   Y({1, T, lists:sum([Q || Q <- S, Q > 0]), length([Q || Q <- S, Q < 0]),"
	"    erlang:time_offset(nanosecond), C, self()}), G ! {self(), true};"
	"  {'EXIT', Q} ->"
	"   M(E), G ! {self(), case Q of {9, _, _} -> Q;"
	"    {V, _} when is_atom(V) -> {9, 5, V}; _ -> {9, 5, error} end},"
	"   receive {'EXIT', G, _} -> F(self()), exit(normal) end"
	" end,"
	/* Of sixteen small events in a row one is decided about: that costs most. */
	" V = fun V(N, R, D, A, T, H, O, S, W) ->"
	"  receive"
	"   Q when element(1, Q) =:= trace_ts, element(2, Q) =/= G ->"
	"    J = erlang:monotonic_time(millisecond),"
	"    case lists:member(element(3, Q),"
	"     [return_from, return_to, exception_from]) of"
	"     true when R band 15 =/= 0, (O =/= 1 orelse R + 1 < N), R < element(1, L),"
	"      A =/= [], J - T < 100, J < W, O < 4, element(8, L) =:= false ->"
	"      V(N, R + 1, D, [[maps:get(element(2, Q), H, []) | Q] | A], T, H, O, S, W);"
	"     false when N band 15 =/= 0, N + 1 < element(1, L), S + 1 < element(3, L),"
	"      A =/= [], J - T < 100, J < W, O =/= 1, O < 4, element(8, L) =:= false ->"
	"      V(N + 1, R, D, [[maps:get(element(2, Q), H, []) | Q] | A], T, H, O,"
	"       S + 1, W);"
	"     true when R < element(1, L) ->"
	"      K(V, J, N, R + 1, D, [[maps:get(element(2, Q), H, []) | Q] | A],"
	"       if A =:= [] -> J; true -> T end, H, O, S, W);"
	"     false when N < element(1, L), O < 4 ->"
	"      S + 1 =:= element(3, L) andalso element(11, L) andalso M(E),"
	"      K(V, J, N + 1, R, D, [[maps:get(element(2, Q), H, []) | Q] | A],"
	"       if A =:= [] -> J; true -> T end, H, O, S + 1, W);"
	"     _ -> K(V, J, N, R, D + 1, A, T, H, O, S, W)"
	"    end;"
	"   {'EXIT', G, _} -> M(E), F(self());"
	/* What no gate holds goes on coming: what came since is dropped. */
	"   {G, 0} when element(13, L), O < 4 ->"
	"    erlang:system_info(trace_control_word) >= B andalso"
	"     erlang:system_flag(trace_control_word, B + element(2, L)),"
	"    O =:= 0 andalso M(E),"
	"    A =:= [] orelse Y({2, A}),"
	"    {_, Q} = process_info(self(), message_queue_len),"
	"    G ! {self(), {N, D + Q}}, V(N, R, D, [], T, H, 4, S, W);"
	"   {G, 0} when O =:= 2, N >= element(1, L) ->"
	"    {_, Q} = process_info(self(), message_queue_len),"
	"    G ! {self(), {N, D + Q}}, V(N, R, D, A, T, H, 4, S, W);"
	"   {G, 0} when O < 4 ->"
	"    erlang:system_info(trace_control_word) >= B andalso"
	"     erlang:system_flag(trace_control_word, B + element(2, L)),"
	"    O =:= 0 andalso get(0) =:= undefined andalso M(E),"
	"    if E =:= false -> erlang:trace_delivered(all);"
	"     true -> trace:delivered(E, all) end,"
	"    V(N, R, D, A, T, H, 3, S, if O =:= 2 -> W;"
	"     true -> erlang:monotonic_time(millisecond) + 500 end);"
	"   {trace_delivered, _, _} when O =:= 3 ->"
	"    A =:= [] orelse Y({2, A}),"
	"    G ! {self(), {N, D}}, V(N, R, D, [], T, H, 4, S, W);"
	"   _ -> V(N, R, D, A, T, H, O, S, W)"
	"  after"
	"   if A =/= [] -> 50; O =/= 0 -> infinity; W =:= infinity -> W;"
	"    true -> max(0, W - erlang:monotonic_time(millisecond)) end ->"
	"   J = erlang:monotonic_time(millisecond),"
	"   K(V, J, N, R, D, A, J - 100, H, O, max(0, S), W)"
	"  end end,"
	" case element(3, A) of"
	"  false -> V(0, 0, 0, [], 0, P(#{}), 0, 0, case element(4, L) of infinity ->"
	"   infinity; N -> erlang:monotonic_time(millisecond) + N end);"
	"  _ -> receive {'EXIT', G, _} -> M(E), F(self());"
	"    {G, 0} -> R([Q || {_, N} <- element(5, A), Q <- N], 0), M(E),"
	"     G ! {self(), {0, 0}},"
	"     receive {'EXIT', G, _} -> F(self()) end end"
	" end end,"
	" [link, {priority, element(3, D)}, {message_queue_data, off_heap},"
	"  {max_heap_size,"
	"   #{size => element(4, D), kill => true, error_logger => false}}]),"
	/*
	 * What the guardian hears: 1 from us, that we live; 2 from us, to end; {T, true}
	 * that all is armed; {T, Why} that it is over. N: when the time is up, which
	 * begins when it is armed, or when arming took too long; V: until when it waits
	 * for the next 1, S: is it armed?
	 */
	"H = fun H(S, N, V) ->"
	" receive"
	"  1 -> erlang:send(Z, {5}, [noconnect, nosuspend]),"
	"   H(S, N, erlang:monotonic_time(millisecond) + element(2, D));"
	"  2 -> {5, S};"
	"  {T, true} ->"
	"   H(true, erlang:monotonic_time(millisecond) + element(1, D), V);"
	"  {T, Q} -> {Q, S};"
	"  {'EXIT', T, Q} ->"
	"   {if is_tuple(Q), element(1, Q) =:= 9 -> Q; true -> 7 end, S};"
	"  {'EXIT', _, _} -> {6, S};"
	"  _ -> H(S, N, V)"
	" after max(0, min(N, V) - erlang:monotonic_time(millisecond)) ->"
	"  {if N =< V -> 2; true -> 6 end, S} end end,"
	"{Y, S} = H(false,"
	" erlang:monotonic_time(millisecond) + max(60000, element(1, D)),"
	" erlang:monotonic_time(millisecond) + element(2, D)),"
	/*
	 * The end, in this order: patterns, what the tracer still has, the tracer and
	 * with it the flags of processes, the rest. A tracer that may have been setting
	 * patterns meanwhile has them taken off behind it once more.
	 */
	"K = erlang:monotonic_time(millisecond) +"
	" if element(3, A) =:= false -> 10000; true -> 60000 end,"
	"P = fun P(V) ->"
	" receive"
	"  1 -> erlang:send(Z, {5}, [noconnect, nosuspend]),"
	"   P(erlang:monotonic_time(millisecond) + element(2, D));"
	"  {T, Q} when is_tuple(Q) -> Q;"
	"  {'EXIT', _, _} -> false"
	" after max(0, min(K, V) - erlang:monotonic_time(millisecond)) -> false end end,"
	"Q = erlang:monitor(process, T),"
	"R = if is_integer(Y), Y < 6, S -> T ! {G, 0},"
	"  P(erlang:monotonic_time(millisecond) + element(2, D));"
	" true -> false end,"
	"is_tuple(R) orelse element(1, A) orelse M(false),"
	"exit(T, kill),"
	"receive {'DOWN', Q, _, _, _} -> ok end,"
	"is_tuple(R) orelse element(1, A) orelse M(false),"
	"F(T),"
	"exit({Y, R}).";

const char tracer_clean_text[] =
	TEXT_OFF TEXT_BACK
	"is_pid(T) andalso begin Q = erlang:monitor(process, T),"
	" receive {'DOWN', Q, _, _, _} -> ok after 500 -> exit(T, kill),"
	" receive {'DOWN', Q, _, _, _} -> ok end end end,"
	"element(1, A) orelse M(false),"
	"F(T),"
	"exit(0).";
