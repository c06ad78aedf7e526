/*
 * The expressions that reduce what is foreign on the target, as parts of texts for
 * node_eval(). For the foreign_*.c files alone; foreign.h says what they promise.
 *
 * A text is PROJECT, then what it needs of the others, then its own end. It is given A (a
 * process, or what foreign_call.c says) and D = {Terms, Depth, Milliseconds, Count,
 * TermsOfLargeHeap}. Inside of a fun every name but its parameters must be unbound where
 * the fun is made, or it would be matched and not bound: hence the order, and few names
 * at the top.
 */
#ifndef TABLES_FOREIGN_TEXT_H
#define TABLES_FOREIGN_TEXT_H

/*
 * Binds R, a reference that marks what is ours in an answer; H, the helper; X, when its
 * time is over; and P: P(Term, {K, X, D}) -> {Projection, {K - 1, X - Spent, D}}, made
 * for lists:mapfoldl/3.
 *
 * X is what K terms may spend: this one a quarter of it, or more when it is among the
 * last; what it leaves is for those behind it. (Equal shares would leave most to small
 * ones that do not need it.) Each part costs one, 64 bytes of a binary or 16 small
 * integers of a list cost one more, and so do 40,000 elements of a list that are only
 * counted. Nothing is gone through that was not paid for, so sharing cannot expand: a
 * part that is met again is paid for again.
 *
 *   {R, more, Count}              at the end of a list or tuple: so many more, or -1
 *   {R, tuple | list, Count}      nothing of it is given
 *   {R, map, Count, [K1, V1, ..]} as much of a map as there is room for
 *   {R, binary, Bytes, Start}     a binary that goes on
 *   {R, function, [Type, Module, Name, Arity, Index, Uniq]}
 *   {R, integer, Bytes, Negative}, {R, bitstring, Bits}
 *   {R, other}                    OTP 29's native records
 *
 * E(Iterator, Count) takes pairs out of a map; W goes through a list whose elements are
 * not all small integers. No fun is made inside of them: that costs erl_eval more than
 * the rest.
 */
#define FOREIGN_PROJECT \
	"R = erlang:make_ref(), H = erlang:self()," \
	"X = erlang:monotonic_time(millisecond) + erlang:element(3, D)," \
	"E = fun" \
	" E(_, 0) -> [];" \
	" E(G, N) -> {K, V, L} = maps:next(G), [K, V | E(L, N - 1)] end," \
	"W = fun" \
	" W(P, [H | T], K, X, D, N, L) when X > 7; N > 0, N =< X ->" \
	"  S = (X - 1) div K," \
	"  {G, {_, Y, _}} = P(H, {1, S, D})," \
	"  B = erlang:max(K - 1, if N < 0 -> 8; true -> erlang:min(N - 1, 8) end)," \
	"  W(P, T, B, X - 1 - S + Y, D, N - 1, [G | L]);" \
	" W(_, [], _, X, _, _, L) -> {lists:reverse(L), X};" \
	" W(_, [_ | _], _, X, _, N, L) ->" \
	"  {lists:reverse(L, {R, more, erlang:max(N, -1)}), X};" \
	" W(P, T, _, X, D, _, L) ->" \
	"  {G, {_, Y, _}} = P(T, {1, X, D})," \
	"  {lists:reverse(L, G), Y} end," \
	"P = fun" \
	" P(T, {K, X, D}) when erlang:is_atom(T); erlang:is_pid(T);" \
	"   erlang:is_reference(T); erlang:is_float(T); erlang:is_port(T); T =:= [];" \
	"   erlang:is_integer(T), T < 16#100000000000000000000000000000000," \
	"   T > -16#100000000000000000000000000000000 ->" \
	"  {T, {K - 1, X, D}};" \
	" P(T, {K, X, D}) when erlang:is_tuple(T) ->" \
	"  S = erlang:tuple_size(T), B = X div erlang:min(K, 4)," \
	"  N = erlang:min(S, erlang:min(B, 256))," \
	"  if S =:= 0 -> {T, {K - 1, X, D}};" \
	"   N < 1; D < 1 -> {{R, tuple, S}, {K - 1, X, D}};" \
	"   true ->" \
	"    F = fun erlang:element/2," \
	"    V = if N =:= S -> erlang:tuple_to_list(T);" \
	"     true -> lists:zipwith(F, lists:seq(1, N), lists:duplicate(N, T)) end," \
	"    {C, {_, L, _}} = lists:mapfoldl(P, {N, B - N, D - 1}, V)," \
	"    G = if N =:= S -> C; true -> C ++ [{R, more, S - N}] end," \
	"    {erlang:list_to_tuple(G), {K - 1, X - B + L, D}} end;" \
	" P(T, {K, X, D}) when erlang:is_binary(T) ->" \
	"  S = erlang:byte_size(T)," \
	"  N = erlang:min(S, 64 * erlang:min(X div erlang:min(K, 4) + 1, 64))," \
	"  G = if N =:= S -> T;" \
	"   true -> {R, binary, S, binary:copy(erlang:binary_part(T, 0, N))} end," \
	"  {G, {K - 1, X - erlang:max(N - 1, 0) div 64, D}};" \
	" P([H | _] = T, {K, X, D}) ->" \
	"  B = X div erlang:min(K, 4), G = 10000 * B + 8," \
	"  N = try lists:nthtail(G, T) of _ -> -1" \
	"   catch error:_ -> try erlang:length(T) catch error:_ -> -2 end end," \
	"  Y = B - if N < 0 -> B div 4; true -> N div 40000 end," \
	"  if D < 1; Y < 8, N < 0; Y < 8, N > Y ->" \
	"    {{R, list, erlang:max(N, -1)}, {K - 1, X - B + Y, D}};" \
	"   true ->" \
	"    V = if erlang:is_integer(H), N =/= -2 ->" \
	"      lists:sublist(T, erlang:min(4096, 16 * Y));" \
	"     true -> [H, a] end," \
	"    Q = erlang:length(V)," \
	"    case lists:all(fun erlang:is_integer/1, V)" \
	"      andalso lists:max(V) < 16#800000000000000" \
	"      andalso lists:min(V) > -16#800000000000000 of" \
	"     true ->" \
	"      {if Q =:= N -> V; true -> V ++ {R, more, erlang:max(N - Q, -1)} end," \
	"       {K - 1, X - B + Y - Q div 16, D}};" \
	"     false ->" \
	"      F = erlang:max(8, Y div 8), S = if N < 0 -> F; true -> erlang:min(N, F)" \
	"        end," \
	"      {C, L} = W(P, T, S, Y, D - 1, N, [])," \
	"      {C, {K - 1, X - B + L, D}} end end;" \
	" P(T, {K, X, D}) when erlang:is_map(T) ->" \
	"  S = erlang:map_size(T), B = X div erlang:min(K, 4)," \
	"  N = erlang:min(S, erlang:min((B + 2) div 4, 256))," \
	"  if S > 0, B < 2; S > 0, D < 1 -> {{R, map, S, []}, {K - 1, X, D}};" \
	"   true ->" \
	"    V = E(maps:iterator(T), N)," \
	"    {C, {_, L, _}} = lists:mapfoldl(P, {2 * N, B - 2 * N, D - 1}, V)," \
	"    {{R, map, S, C}, {K - 1, X - B + L, D}} end;" \
	" P(T, {K, X, D}) when erlang:is_function(T) ->" \
	"  V = [type, module, name, arity, index, uniq]," \
	"  L = lists:zipwith(fun erlang:fun_info/2, lists:duplicate(6, T), V)," \
	"  G = lists:zipwith(fun erlang:element/2, lists:duplicate(6, 2), L)," \
	"  {{R, function, G}, {K - 1, X, D}};" \
	" P(T, {K, X, D}) when erlang:is_integer(T) ->" \
	"  {{R, integer, erlang:external_size(T) - 6, T < 0}, {K - 1, X, D}};" \
	" P(T, {K, X, D}) when erlang:is_bitstring(T) ->" \
	"  G = case erlang:byte_size(T) of S when S =< 64 -> T;" \
	"   _ -> {R, bitstring, erlang:bit_size(T)} end," \
	"  {G, {K - 1, X, D}};" \
	" P(_, {K, X, D}) -> {{R, other}, {K - 1, X, D}} end,"

/*
 * May a part of a process be copied that holds so many words? What it refers to often are
 * literals, which a copy makes real: persistent terms first of all. times: how often at
 * most.
 */
#define FOREIGN_SMALL(words, times) \
	words " + " times " * (maps:get(memory, persistent_term:info()) div 8) < 2000000"

/*
 * Binds {Y, Q, C}: whether process A can be asked; the length of its mailbox; its heap in
 * words. Ends with the status noproc when A is dead. Y is
 *
 *   true     it takes system messages; events: and runs gen_event's handlers
 *   false    it does not: a message would stay in its mailbox for ever. unknown: can't be
 *            told
 *   limit    it does, but has a max_heap_size so tight that our fun could end it
 *   queue    it does, but too many messages come first
 *
 * Only proof counts. The innermost frames of a stack say where a process is, the
 * outermost what it is: the function that loops. With 8 frames the outermost ones are cut
 * off, and a hibernated process has none: then proc_lib's '$initial_call' tells. Where
 * {dictionary, Key} is not known (before OTP 26.2) the dictionary can only be copied
 * whole, so not from a large process.
 */
#define FOREIGN_MANNERS \
	"{Y, Q, C} = (fun() ->" \
	" V = fun(K) ->" \
	"  case erlang:process_info(A, K) of" \
	"   undefined -> erlang:exit({R, noproc, [], [], false});" \
	"   L -> L end end," \
	" [{_, S}, {_, Q}, {_, C}, {_, Z}] =" \
	"  V([current_stacktrace, message_queue_len, total_heap_size," \
	"    garbage_collection])," \
	" B = fun(M, L) ->" \
	"  lists:any(fun({F, N}) -> erlang:function_exported(M, F, N) end, L) end," \
	" G = fun" \
	"  ({M, init, _}) ->" \
	"   lists:member(M, [supervisor, supervisor_bridge]) orelse" \
	"   B(M, [{handle_call, 3}, {handle_cast, 2}, {handle_info, 2}," \
	"    {handle_event, 4}, {callback_mode, 0}, {system_continue, 3}]);" \
	"  ({gen_event, _, _}) -> events;" \
	"  ({M, _, _}) ->" \
	"   lists:member(M, [supervisor, supervisor_bridge]) orelse" \
	"   B(M, [{system_continue, 3}]);" \
	"  (_) -> false end," \
	" K = fun() ->" \
	"  try V({dictionary, '$initial_call'}) of {_, T} -> G(T)" \
	"  catch error:_ ->" \
	"   case " FOREIGN_SMALL("C", "4") " of" \
	"    true ->" \
	"     {_, T} = V(dictionary)," \
	"     case lists:keyfind('$initial_call', 1, T) of" \
	"      {_, N} -> G(N);" \
	"      false -> false end;" \
	"    false -> unknown end end end," \
	" F = fun" \
	"  (sys, L, _) -> lists:member(L, [suspend_loop, suspend_loop_hib]);" \
	"  (M, L, N) ->" \
	"   B(M, [{system_continue, 3}])" \
	"    andalso (lists:member(L, [init_it, wake_hib])" \
	"     orelse not lists:member(M, [gen_server, gen_statem, gen_event, gen_fsm])" \
	"     orelse not B(M, [{L, N}]))" \
	"    andalso (M =/= gen_event orelse events) end," \
	" L = fun" \
	"  ([{proc_lib, _, _, _}, {M, T, N, _} | _]) -> F(M, T, N);" \
	"  ([{erlang, hibernate, _, _} | _]) -> K();" \
	"  ([{M, T, N, _} | _] = B) when erlang:length(B) < 8 -> F(M, T, N);" \
	"  (_) -> K() end," \
	" {_, #{size := M}} = lists:keyfind(max_heap_size, 1, Z)," \
	" T = L(lists:reverse(S))," \
	" N = [ok || {sys, _, _, _} <- S]," \
	" {if T =:= false; T =:= unknown -> T;" \
	"   M > 0, M < 8 * C + 1000000 -> limit;" \
	"   Q > 10000, N =:= [] -> queue;" \
	"   true -> T end, Q, C} end)(),"

/*
 * Binds M: M(Fun) -> {ok | error | noproc | timeout, Parts}. Has process A run Fun on its
 * state; what Fun sends as {R, part, Term} are the parts. Who comes to it late sends
 * none.
 *
 * Fun goes where sys:replace_state/2 would send it, and throws at its end, so that the
 * state stays. The caller named in that request is a process that is dead already: a
 * reply with the old states in it (gen_event's) is never copied to anybody. The second
 * request, whose answer is small, tells when the first one was done. Fun must look at X
 * and H itself: a process that was busy comes to it when nobody waits any more. The first
 * two expressions load, where code is loaded on demand, what A would have to load: A may
 * be the code server.
 */
#define FOREIGN_ASK \
	"sys:module_info(module)," \
	"P([{H, #{H => R}, <<>>}, [1 | H], fun lists:reverse/1, \"s\"], {1, 50, 9})," \
	"M = fun(F) ->" \
	" {G, K} = erlang:spawn_monitor(erlang, is_atom, [ok])," \
	" receive {'DOWN', K, _, _, _} -> ok end," \
	" L = erlang:monitor(process, A)," \
	" A ! {system, {G, R}, {replace_state, F}}," \
	" A ! {system, {H, R}, {debug, {statistics, get}}}," \
	" (fun V(T) ->" \
	"  receive" \
	"   {R, part, N} when erlang:length(T) < 1000 -> V([N | T]);" \
	"   {R, part, _} -> V(T);" \
	"   {R, error} -> {error, []};" \
	"   {R, _} when T =:= [] ->" \
	"    {case erlang:monotonic_time(millisecond) < X of" \
	"      true -> ok; false -> timeout end, []};" \
	"   {R, _} -> {ok, lists:reverse(T)};" \
	"   {'DOWN', L, _, _, _} -> {noproc, lists:reverse(T)}" \
	"  after erlang:max(0, X - erlang:monotonic_time(millisecond)) ->" \
	"   {timeout, lists:reverse(T)} end end)([]) end,"

/* Binds F, what M() is given: it does what EXPRESSION does with V, the state, while
 * somebody waits for that. */
#define FOREIGN_FOLD(expression) \
	"F = fun(V) ->" \
	" try erlang:monotonic_time(millisecond) < X andalso" \
	"   erlang:is_process_alive(H) of" \
	"  true -> " expression ";" \
	"  false -> ok" \
	" catch _:_ -> H ! {R, error} end," \
	" erlang:throw(R) end,"

/* Ends the text: the status G, the parts L, where the process is by now, and how it was:
 * manners. */
#define FOREIGN_END(manners) \
	"erlang:exit({R, G, L, erlang:process_info(A, [status, current_stacktrace," \
	" message_queue_len, memory]), " manners "})."

#endif
