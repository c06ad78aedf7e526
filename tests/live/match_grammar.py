"""Every construct that a fun for match specifications may hold, or might be thought to hold, in every place: short
texts of Erlang, products of a list of places and a list of what stands there."""

BIFS = """abs and andalso atom band binary binary_part binary_to_term bindings bit_size bnot bor bsl bsr bxor
byte_size caller caller_line ceil const
current_stacktrace disable_trace display div element enable_trace error exception_trace
exit float floor function get get_seq_token get_tcw hd integer is_alive is_atom is_binary is_bitstring is_boolean
is_float is_function is_integer is_list is_map is_map_key is_number is_pid is_port is_process_alive is_record
is_reference is_seq_trace is_tuple length list list_to_atom map_get map_size max message min node not now number object
or orelse pid port process_dump record reference rem return_trace round self send set_seq_token set_tcw setelement
silent size throw time tl trace trunc tuple tuple_size xor foo return stack count""".split()

WORDS = ["and", "andalso", "band", "bnot", "bor", "bsl", "bsr", "bxor", "div", "not", "or", "orelse", "rem", "xor"]

OPERATORS = ["+", "-", "*", "/", "div", "rem", "band", "bor", "bxor", "bsl", "bsr", "and", "or", "xor", "andalso",
             "orelse", "==", "/=", "=<", "<", ">=", ">", "=:=", "=/=", "++", "--", "!", "=",
             "::", "..", ":", "||", "<-"]
UNARY = ["+", "-", "not", "bnot", "catch", "!", "?", "#"]

# Where an expression may stand. The variables X, Y and Z are bound.
PLACES = ["fun([X, Y, Z]) when {} -> true end",
          "fun([X, Y, Z]) when X =:= {} -> true end",
          "fun([X, Y, Z]) when hd({}) -> true end",
          "fun([X, Y, Z]) when Y; {}, Z -> true end",
          "fun([X, Y, Z]) -> {} end",
          "fun([X, Y, Z]) -> message({}) end",
          "fun([X, Y, Z]) -> {}, true end",
          "fun([X, Y, Z]) -> {{[{} | a], #{{b => c}}}} end"]

EXPRESSIONS = r"""
X | _ | Unbound | _Unbound | a | 'a b' | '' | '$1' | '$_' | '$$' | '$*' | '$x' | '$' | '_' | true | 1 | -1 | +1
- 1 | -X
1.5 | -1.5 | 1.0e3 | 1.0e-3 | 1.5E+3 | 1e3 | 16#ff | 16#FF | 2#101 | 36#zz | 37#1 | 1#1 | 16#1.8 | 1_000 | 1__0
1_ | 0x10
123456789012345678901234567890 | -9223372036854775808 | 9223372036854775808 | 1.0e400 | 1.7976931348623157e308
0.0 | -0.0
$a | $\n | $\\ | $\s | $\x41 | $\x{1F600} | $\^A | $\101 | $' | $" | $  | $\d | $\e | $é
"" | "abc" | "a" "b" | "a\"b" | "\x41\x{20ac}\101\n" | "é€" | "a
b" | "\^a" | "~p" | ~"abc" | ~s"abc" | ~b"abc" | ~S"a\b" | ~B[abc] | ~
\"""
  abc
  \"""
<<>> | <<1>> | <<1, 2, 3>> | <<"abc">> | <<"é">> | <<"é"/utf8>> | <<"é"/utf16>> | <<"ab":16>> | <<300>> | <<-1>>
<<1:4>> | <<1:0>>
<<1:16>> | <<1:16/little>> | <<1.5/float>> | <<1.5:32/float>> | <<1/integer-signed-big-unit:16>> | <<X>>
<<X/binary>> | <<1:X>>
<<"a", 1, $b>> | <<(1)>> | <<(1 + 2)>> | <<-1:8>> | <<"abc"/binary>> | << <<1>>/binary >> | <<$a/utf8>>
<<16#20ac/utf8>> | <<Unbound>>
<<1:8/unit:1>> | <<1/foo>> | <<a>> | <<1.5>> | <<"a"/integer>> | <<1:-1>> | <<_>>
[] | [a] | [a, X] | [a | X] | [X | Y] | [a | b] | [a, b | [c]] | [[]] | [a,] | [|a] | [a | b | c] | [X || X <- Y]
{} | {a} | {a, X} | {{a}} | {X} | {a,} | {{}} | {'$1'} | {'$1', '_'}
#{} | #{a => 1} | #{a => X} | #{X => a} | #{a := 1} | #{a => 1, a => 2} | #{1 => a, 1.0 => b} | X#{a => 1} | #{a}
#{a => 1,}
#{"a" => {b}, <<"c">> => [d]} | #{#{} => #{}} | #{a => #{b => X}} | #{1 + 1 => a} | #{a => 1 + 1} | #{'$1' => '$2'}
#{-1 => a}
#rec{} | #rec{a = 1} | #rec{a = X, b = {Y}} | #rec{_ = 1} | #rec{_ = 1, a = 2} | #rec{_ = 1, _ = 2}
#rec{a = 1, a = 2} | #rec{d = 1} | #unknown{}
#rec.a | #rec.d | #unknown.a | X#rec.a | X#rec.d | X#unknown.a | X#rec{a = 1} | X#rec{} | (X)#rec.a | {a}#rec.b
X#rec.a#rec.b | #none{} | X#rec{_ = 1}
X#rec{d = 1} | {a}#rec{a = 1} | is_record(X, rec) | is_record(X, unknown) | is_record(X, rec, 4)
is_record(X, rec, 5) | is_record(X, Y) | record(X, rec)
is_record(X, rec, Y) | is_record(X, foo, 2) | erlang:is_record(X, rec) | erlang:is_record(X, rec, 4)
is_record({rec, 1}, rec) | #rec{a = #rec{b = X}}
(X) | ((X)) | () | (X, Y) | begin X end | begin X, Y end | case X of a -> b end | if X -> Y end | catch X
throw(X) | fun() -> a end | fun X/1
fun foo/1 | fun m:f/1 | fun lists:map/2 | receive a -> b end | receive after 1 -> a end | try X catch _:_ -> a end
X ! Y | X = Y | X = a | {X} = Y
?MODULE | ?LINE | foo:bar() | foo:bar(X) | X:foo() | foo:X() | X(Y) | foo | foo() | (foo)() | erlang:foo(X)
lists:member(X, [a]) | m:f | 'foo'(X)
erlang:self() | erlang:node() | erlang:object() | erlang:bindings() | erlang:return_trace() | erlang:message(X)
erlang:is_atom(X) | erlang:atom(X)
erlang:'+'(X, 1) | erlang:'not'(X) | erlang:'and'(X, Y) | erlang:'andalso'(X, Y) | erlang:'-'(1) | erlang:'+'(1, 2)
erlang:'++'(X, Y) | erlang:'=='(X, Y)
erlang:element(1, X) | erlang:'foo'(X) | 'erlang':hd(X) | erlang:hd(X, Y) | erlang:(hd)(X) | erlang:get_tcw()
erlang:is_seq_trace() | erlang:map_get(a, X)
bindings() | object() | bindings(X) | object(X) | self() | self | node() | node(X) | get_tcw() | is_seq_trace()
bindings | object
1 + 2 | 1 + X | X + 1 + 2 | 1 + 2 + X | 1 + 2 * 3 | (1 + 2) * X | -(1 + 2) | - - 1 | 1 - -1 | 7 div 2 | 7 rem 2
7 / 2 | 1 / 0 | 7 div 0 | 1 bsl 3 | 1 bsl 100 | 1 bsl 130
1 == 1 | 1 == 1.0 | 1 =:= 1.0 | a == a | a < b | a < 1 | {a} == {a} | [1] == [1] | "a" == "a" | 1 < 2 < 3
1 == 2 == 3 | not true | not a | bnot 5 | true and false
true or false | true xor true | true andalso false | true orelse X | X orelse true | a andalso b | 1 + a | 1 + 2.5
1.5 * 2 | 5 band 3 | 5 bor 3 | 5 bxor 3
"abc" ++ "def" | [a] ++ [b] | [a] ++ X | X ++ [a] | [a, b] -- [a] | X -- Y | 1 ++ 2 | 1.0e308 * 10
1.0e300 * 1.0e300 | a + b | 1 bsl -1 | 1 bsr 100 | -5 rem 3 | -5 div 3
X andalso Y orelse Z | X orelse Y andalso Z | X and Y or Z | X or Y and Z | not X and Y | not X == Y
X == Y andalso Y < Z | X + Y * Z | X * Y + Z | X - Y - Z | X bsl Y bsl Z
X ++ Y ++ Z | X -- Y -- Z | -X * Y | - X + Y | bnot X band Y | not not X | X =:= Y =:= Z | X < Y andalso Y < Z
X rem Y div Z | (X) + (Y) | X+Y | X-1 | X -1 | X--1 | X- -1
size(X) | size({a, b}) | hd([a]) | length("abc") | abs(-1) | element(1, {a, b}) | element(X, Y) | map_get(a, X)
map_size(#{}) | is_map_key(a, X) | max(1, 2) | tuple_size(X)
float(1) | float(X) | integer(X) | atom(X) | list(X) | binary_part(X, 1, 2) | binary_part(X, {1, 2})
is_function(X) | is_function(X, 1) | is_boolean(X) | is_bitstring(X)
message(X) | message(false) | message({X, Y}) | message(process_dump()) | message(caller())
message(current_stacktrace()) | current_stacktrace(X) | current_stacktrace(5)
return_trace() | exception_trace() | caller() | caller_line() | process_dump() | silent(true) | set_tcw(X)
set_tcw(get_tcw() + 1) | display(X) | enable_trace(call)
enable_trace(X, call) | disable_trace(self(), call) | trace([call], [send]) | trace([], [call, {tracer, X}])
trace(self(), [call], [send]) | set_seq_token(label, 1) | get_seq_token()
return_trace | return_trace(X) | return_trace()() | X.Y | X..Y | X; Y | X, Y | X when Y | -> | , | ; | .
| % comment | X % comment
"""

# Where a pattern may stand.
PATTERN_PLACES = ["fun({}) -> true end", "fun([{}]) -> true end", "fun([{}, X]) -> X end", "fun([X, {}]) -> X end",
                  "fun([{} | X]) -> X end", "fun([a | {}]) -> true end", "fun([{{{}}}]) -> true end",
                  "fun([{{a, {}, X}}]) -> X end", "fun([#{{a := {}}}]) -> true end", "fun([#{{{} := 1}}]) -> true end",
                  "fun([#rec{{a = {}}}]) -> true end", "fun([#rec{{_ = {}, b = X}}]) -> X end",
                  "fun(X = {}) -> X end", "fun({} = X) -> X end", "fun([Y = {}]) -> Y end", "fun([{} = Y]) -> Y end",
                  "fun({} = {{a}}) -> true end", "fun([\"ab\" ++ {}]) -> true end", "fun([{}, {}]) -> true end",
                  "fun(W = [{}]) when W =:= X -> W end"]

PATTERNS = r"""
#{a := 1} | #{a := X} | #{a := X, b := X} | #{a := 1, a := 2} | #{X := 1} | #{X := Y} | #{a => 1} | #{}
#{"a" := 1} | #{{a, b} := X} | #{[1] := X}
#{1 := a, 1.0 := b} | #{<<"k">> := X} | #{'$1' := 1} | #{1 + 1 := X} | #{-1 := X} | #{#{a := 1} := X}
#{a := #{b := X}} | #{_ := X} | #{a := _}
"ab" ++ X | "" ++ X | "ab" ++ "cd" | "ab" ++ _ | X ++ "ab" | [a, b] ++ X | [] ++ X | "ab" ++ X ++ Y
"ab" ++ "c" ++ X | [X] ++ Y | [a | b] ++ X
<<X>> | <<X:8>> | <<X/binary>> | <<"ab", X/binary>> | <<1, X>> | <<_>> | <<_/binary>> | <<"ab", _/binary>>
<<1:X>> | <<(X)>> | <<X:4, Y:4>>
X = Y | X = a | {X} = Y | {X} = {Y} | X = Y = Z | (X) | (X = Y) | ((X)) | X + 1 | 1 + 1 | -1 | - 1 | -X | not true
2 * 3 | 1 bsl 2 | 1 == 1 | -1.5 | +1
#rec{} | #rec{a = X} | #rec{a = X, b = X} | #rec{_ = X} | #rec{_ = _} | #rec{_ = 1, a = 2} | #rec{a = 1, a = 2}
#rec{d = 1} | #unknown{} | #rec{a = #rec{b = X}}
#rec.a | X#rec.a | X#rec{a = 1} | #rec{a := 1} | #rec{X = 1} | #rec{"a" = 1} | #none{} | #none{_ = X}
#rec{c = X, a = Y, b = Z} | #'rec'{a = 1} | #rec{'a' = 1} | #rec
'$1' | '$0' | '$01' | '$-1' | '$+1' | '$1x' | '$99999999999' | '$_' | '$$' | '$*' | '$' | '$x' | '$ 1' | '$1 '
'_' | "$1" | {'$1'} | '$1_000'
_X | X1 | Xa@b | X_ | __ | _1 | Ä | É1 | ä | éa | aB | a@b | a.b | 'A' | X | _
foo(X) | foo() | self() | m:f() | hd(X) | fun() -> a end | [X || X <- Y] | begin X end | case X of a -> b end
X when Y | catch X | ?X | X#{a := 1} | X:Y | X ! Y | X; Y
""" + EXPRESSIONS

WHOLE = r"""
fun() -> true end
fun(X) -> X end
fun(_) -> true end
fun(X, Y) -> true end
fun([X], Y) -> true end
fun X -> true end
fun [X] -> true end
fun([X]) -> true
fun([X]) true end
fun([X]) -> end
fun([X]) when -> true end
fun([X]) when X -> end
fun([X]) when X, -> true end
fun([X]) when X; -> true end
fun([X]) when ; X -> true end
fun([X]) when , -> true end
fun([X]) when X,, X -> true end
fun([X]) when X -> true, end
fun([X]) when X -> true; end
fun([X]) when X -> true; ([Y]) -> false end
fun([X]) when X -> true; ([X, Y]) when Y -> Y; (_) -> X end
fun([X]) -> true; ([Y]) when Y; Y > 1; Y < 2 -> Y end
fun([X]) -> true; fun([Y]) -> true end
fun([X]) when X, X > 1; X < 2, X -> true end
fun([X]) when X, X > 1; X < 2; X -> true, X; (Z) -> Z end
fun([X]) -> true end end
fun([X]) -> true end.
fun([X]) -> true end ,
fun([X]) -> true end; fun([X]) -> true end
fun([X]) -> true end, fun([X]) -> true end
  fun (  [ X ]  )  when  X  ->  true  end
fun([X])->true end
fun([X])when X->true end
fun([X])when(X)->(true)end
fun([X]) -> % what follows is a comment
fun F([X]) -> true end
fun _([X]) -> true end
fun f([X]) -> true end
fun lists:map/2
fun map/2
fun ([X]) -> fun([Y]) -> true end end
Fun([X]) -> true end
'fun'([X]) -> true end
fun({X}) -> true end
fun({X, Y}) when X > 1 -> {{X, Y}} end
fun({}) -> true end
fun(#rec{a = X}) -> X end
fun(X = #rec{a = Y}) -> X end
fun(X = {Y}) -> {X, Y} end
fun({Y} = X) -> {X, Y} end
fun(X = {_}) -> X; ({_} = X) -> X end
fun(X = Y) -> {X, Y} end
fun(X = Y = [Z]) -> {X, Y, Z} end
fun(X = (Y = [Z])) -> {X, Y, Z} end
fun((X = Y) = [Z]) -> {X, Y, Z} end
fun([Z] = X = Y) -> {X, Y, Z} end
fun([X] = [Y]) -> true end
fun(X = X) -> X end
fun(X = [X]) -> X end
fun(X = [X, Y, X]) -> {X, Y} end
fun(_ = [X]) -> X end
fun([X] = _) -> X end
fun(X = _) -> X end
fun(_ = X) -> X end
fun(_ = _) -> true end
fun(_X = [Y]) -> _X end
fun([X | X]) -> X end
fun([X, Y | Z]) -> Z end
fun([X, Y | Z]) -> Z; ({X}) -> X end
fun({X}) -> X; ([Y]) -> Y end
fun({X}) -> X; (Y) -> Y end
fun(#{a := X}) -> X end
fun("abc") -> true end
fun("") -> true end
fun([]) -> true end
fun("ab" ++ X) -> true end
fun([a] ++ X) -> true end
fun(a) -> true end
fun(1) -> true end
fun(<<"a">>) -> true end
fun(X) when is_list(X) -> X end
fun(X) when X; hd(X) -> bindings() end
fun([X | _]) -> {X, '$_', '$$', '$1'} end
fun([_, _, _]) -> object() end
fun([A, B, C, D, E, F, G, H, I, J, K, L]) -> {L, K, J, I, H, G, F, E, D, C, B, A} end
fun([_A, _B, _A]) -> {_A, _B} end
fun([X, Y]) when X == Y -> X; ([Y, X]) when X == Y -> X end
fun([X]) when X -> return_trace(), message(X), exception_trace() end
fun([X]) when is_atom(X) orelse X > 1 andalso not is_list(X) -> silent(true) end
"""


def split(block):
    """The parts of a list above: bars that stand in no list, and ends of lines, are between them. Two parts hold such
    an end themselves."""
    block = block.strip("\n")
    for together in ('"a\nb"', '\\"""\n  abc\n  \\"""'):
        block = block.replace(together, together.replace("\n", "\0"))
    parts = [""]
    depth = 0
    for piece in block.replace("\n", " | ").split(" | "):
        parts[-1] += piece if not depth else " | " + piece
        depth += piece.count("[") - piece.count("]")
        if depth == 0:
            parts.append("")
    return [part.replace("\0", "\n").replace('\\"""', '"""') for part in parts if part]


def calls():
    """Every function with every number of arguments, in guards and in bodies, alone and within something."""
    places = [PLACES[0], PLACES[1], PLACES[2], PLACES[4], PLACES[5]]
    for name in BIFS:
        quoted = f"'{name}'" if name in WORDS else name
        for n in range(5):
            args = ", ".join(["X", "Y", "Z", "1"][:n])
            for call in (f"{quoted}({args})", f"erlang:{quoted}({args})"):
                yield from (place.format(call) for place in places)


def operators():
    operands = [("X", "Y"), ("X", "1"), ("1", "X"), ("3", "2"), ("3", "0"), ("3.5", "2"), ("true", "false"), ("a", "b"),
                ("{a}", "[b]"), ("\"a\"", "\"b\""), ("hd(X)", "1 + 2"), ("$a", "-1"),
                ("X", "Y + Z"), ("1 + 2", "3 * X")]
    for op in OPERATORS:
        for left, right in operands:
            for place in (PLACES[0], PLACES[2], PLACES[4]):
                yield place.format(f"{left} {op} {right}")
                yield place.format(f"erlang:'{op}'({left}, {right})")
        # what binds tighter, and to which side
        for other in OPERATORS:
            yield PLACES[0].format(f"X {op} Y {other} Z")
            yield PLACES[4].format(f"not X {op} - Y {other} 1")
    for op in UNARY:
        for operand in ("X", "1", "1.5", "true", "a", "$a", "(1 + 2)", "hd(X)", "[]"):
            for place in (PLACES[0], PLACES[4]):
                yield place.format(f"{op} {operand}")
                yield place.format(f"erlang:'{op}'({operand})")
        for other in OPERATORS:
            yield PLACES[0].format(f"{op} X {other} Y")
            yield PLACES[4].format(f"X {other} {op} Y")


def fill(place, what):
    return place.replace("{{", "\0").replace("}}", "\1").replace("{}", what).replace("\0", "{").replace("\1", "}")


def texts():
    """All of them, each once."""
    made = list(calls()) + list(operators())
    made += [fill(place, e) for e in split(EXPRESSIONS) for place in PLACES]
    made += [fill(place, p) for p in split(PATTERNS) for place in PATTERN_PLACES]
    made += [line for line in WHOLE.split("\n") if line]
    made.append("fun([X]) ->\n  % a comment\n  X % and one more\nend")
    return list(dict.fromkeys(made))
