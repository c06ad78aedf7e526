/*
 * The text that reads objects of an ETS table, for ets_rows.c alone; ets_rows.h says what
 * it promises.
 *
 * A: the table. D: as foreign_text.h has it, for each object; its Count is how many
 * objects. O: are objects of large tables copied too? Sends {R, KeyPosition, Size, Small}
 * first, then {R, Projection} for each; ends with {R, all | more | gone | bag |
 * compressed | failed} or {R, private, Owner}.
 */
#ifndef TABLES_ETS_ROWS_TEXT_H
#define TABLES_ETS_ROWS_TEXT_H

#include "tables/foreign_text.h"

/* I: the very table, also when another one gets its name. */
#define IDENTITY "I = if erlang:is_atom(A) -> ets:whereis(A); true -> A end,"

/*
 * Y(V), S(V): guards of a match specification that hold when V is small: a leaf; a leaf
 * or a tuple of at most four of them. A guard copies nothing, other than the body of a
 * match specification, where even {hd, '$1'} copies the whole of $1. (OTP,
 * erl_db_util.c: matchPushV and matchPushVResult.)
 */
#define SMALL \
	"Y = fun(V) ->" \
	" {'orelse', {is_atom, V}, {is_binary, V}, {is_float, V}, {is_pid, V}," \
	"  {is_reference, V}, {is_port, V}, {'=:=', V, []}," \
	"  {'andalso', {is_integer, V}, {'<', V, 16#10000000000000000}," \
	"   {'>', V, -16#10000000000000000}}} end," \
	"S = fun(V) ->" \
	" {'orelse', Y(V), erlang:list_to_tuple(" \
	"  ['andalso', {is_tuple, V}, {'<', {size, V}, 5} |" \
	"   lists:map(fun(N) ->" \
	"    {'orelse', {'<', {size, V}, N}, Y({element, N, V})} end," \
	"    [1, 2, 3, 4])])} end,"

/*
 * M(T, L): a match specification for objects with the key at T and as many elements as
 * one of L. It gives {1, Object} of those that are small, {2, Elements, Key} where the
 * key is, 3 otherwise.
 */
#define CLASSES \
	"M = fun(T, L) ->" \
	" lists:flatmap(fun(N) ->" \
	"  V = lists:sublist(['$1', '$2', '$3', '$4', '$5', '$6', '$7', '$8'], N)," \
	"  G = erlang:setelement(T, erlang:make_tuple(N, '_'), '$1')," \
	"  [{erlang:list_to_tuple(V), lists:map(S, V), [{{1, '$_'}}]} || N < 9]" \
	"  ++ [{G, [S('$1')], [{{2, N, '$1'}}]}] end, L)" \
	" ++ [{'_', [], [3]}] end,"

/*
 * C(Key): can the key be written into a pattern, or does it have an atom in it that means
 * something else there?
 *
 * Q(T, N, V): the object of N elements whose key, at T, is V, element by element: what is
 * small is given. Of more than 32 elements the first ones.
 */
#define ELEMENTS \
	"C = fun" \
	" C(V) when erlang:is_atom(V) ->" \
	"  V =/= '_' andalso erlang:hd(erlang:atom_to_list(V) ++ [0]) =/= 36;" \
	" C(V) when erlang:is_tuple(V) -> lists:all(C, erlang:tuple_to_list(V));" \
	" C(_) -> true end," \
	"B = erlang:element(1, D), K = erlang:element(2, D)," \
	"Q = fun(T, N, V) ->" \
	" G = fun(L) ->" \
	"  F = erlang:setelement(L, erlang:setelement(T," \
	"   erlang:make_tuple(N, '_'), V), '$1')," \
	"  case L =:= T orelse C(V) andalso ets:select(I," \
	"   [{F, [S('$1')], [{{1, '$1'}}]}, {F, [{is_map, '$1'}], [map]}," \
	"    {F, [{is_list, '$1'}], [list]}, {F, [{is_tuple, '$1'}], [tuple]}]) of" \
	"   true -> erlang:element(1, P(V, {1, B, K}));" \
	"   [{1, G}] -> erlang:element(1, P(G, {1, B, K}));" \
	"   [map] -> {R, map, -1, []};" \
	"   [list] -> {R, list, -1};" \
	"   [tuple] -> {R, tuple, -1};" \
	"   _ -> {R, more, -1} end end," \
	" erlang:list_to_tuple(lists:map(G, lists:seq(1, erlang:min(N, 32)))" \
	"  ++ [{R, more, N - 32} || N > 32]) end,"

/* F(Selected, Count, Fun): sends what Fun makes of each. One bucket of a hash table is
 * selected at a time, however few are wanted. */
#define GO_ON \
	"F = fun" \
	" F('$end_of_table', _, _) -> {R, all};" \
	" F({V, T}, N, G) ->" \
	"  lists:foreach(fun(L) -> erlang:send(Z, {R, G(L)}, [noconnect]) end," \
	"   lists:sublist(V, N))," \
	"  case N - erlang:length(V) of" \
	"   L when L > 0 -> F(ets:select(T), L, G);" \
	"   _ -> {R, more} end end,"

/* What is undefined since the table is gone by now is no number: the + 0 fail then.
 * 2,000,000 words are the 16 MB. An unpacked object may be sixteen times as large: a list
 * of small numbers takes a byte each when it is packed. */
#define ETS_ROWS_TEXT \
	FOREIGN_PROJECT \
	IDENTITY SMALL CLASSES ELEMENTS GO_ON \
	"exit(try case ets:info(I, protection) of" \
	" undefined -> {R, gone};" \
	" private -> {R, private, ets:info(I, owner)};" \
	" _ ->" \
	"  T = ets:info(I, keypos)," \
	"  N = erlang:element(4, D)," \
	"  V = ets:info(I, compressed)," \
	"  L = O orelse ets:info(I, memory) * if V -> 16; true -> 1 end < 2000000," \
	"  G = lists:member(ets:info(I, type), [set, ordered_set])," \
	"  erlang:send(Z, {R, T + 0, ets:info(I, size) + 0, L}, [noconnect])," \
	"  if" \
	"   L -> F(ets:select(I, [{'_', [], ['$_']}], 1), N," \
	"    fun(V) -> erlang:element(1, P(V, {1, B, K})) end);" \
	"   not G -> {R, bag};" \
	"   V -> {R, compressed};" \
	"   true ->" \
	"    F(ets:select(I, M(T, try lists:usort(erlang:element(1, ets:select(I," \
	"     lists:map(fun(L) -> {erlang:make_tuple(L, '_'), [], [L]} end," \
	"      lists:seq(T, T + 63)) ++ [{'_', [], [0]}], N))) -- [0]" \
	"     catch error:_ -> [] end), 1), N, fun" \
	"     ({1, V}) -> erlang:element(1, P(V, {1, B, K}));" \
	"     ({2, L, V}) -> Q(T, L, V);" \
	"     (_) -> {R, more, -1} end) end end" \
	" catch error:_ ->" \
	"  {R, try ets:info(I, id) of I -> failed; _ -> gone catch error:_ -> gone end}" \
	" end)."

#endif
