#!/usr/bin/env escript
%%! +sbwt none +sbwtdcpu none +sbwtdio none
%% Random terms and what a real node prints for them, for term_diff. (Schedulers that wait busily, on a machine that is
%% busy enough, make it six times as long.)
%%
%%   terms.escript SEED COUNT FILE
%%
%% Each record is one byte (1: every part is a literal that can be read back in Erlang, 2: in Elixir, 3: in both), one
%% byte with the width of a line, and five fields, each with its length in 32 bits before it: the term in the external
%% format, and the texts of ~WIDTHtp, of ~0tp, of inspect with pretty: true, and of inspect on one line. Without Elixir
%% the last two are empty.
%%
%% Left out are the characters that otoscope escapes and the node does not (doc/terms.md).
-mode(compile).

main([Seed, Count, File]) ->
    S = list_to_integer(Seed),
    rand:seed(exsss, {S, S, S}),
    Elixir = elixir(),
    put(structs, Elixir andalso has_structs()),
    {ok, Out} = file:open(File, [write, raw, binary, {delayed_write, 1000000, 1000}]),
    [ok = file:write(Out, record(term(), Elixir)) || _ <- lists:seq(1, list_to_integer(Count))],
    ok = file:close(Out).

elixir() ->
    [code:add_pathz(P) || P <- filelib:wildcard("/usr/lib/elixir/lib/*/ebin")],
    case application:ensure_all_started(elixir) of
        {ok, _} -> true;
        _ -> false
    end.

%% The structs of older ones have other fields.
has_structs() ->
    'Elixir.Version':'match?'('Elixir.System':version(), <<">= 1.17.0">>).

record(T, Elixir) ->
    Width = pick([80, 80, 80, 80, rand:uniform(200)]),
    Fields = [term_to_binary(T), text("~*tp", [Width, T]), text("~0tp", [T])] ++
        case Elixir of
            true -> [inspect(T, [{pretty, true}, {width, Width}]), inspect(T, [])];
            false -> [<<>>, <<>>]
        end,
    [literal(T), Width | [[<<(byte_size(F)):32>>, F] || F <- Fields]].

text(Format, Args) ->
    unicode:characters_to_binary(io_lib:format(Format, Args)).

inspect(T, Options) ->
    'Elixir.Kernel':inspect(T, [{limit, infinity}, {printable_limit, infinity} | Options]).

literal(T) when is_pid(T); is_port(T); is_reference(T) -> 0;
literal(T) when is_function(T) ->
    case erlang:fun_info(T, type) of
        {type, external} -> 3;
        _ -> 0
    end;
literal([H | T]) -> literal(H) band literal(T);
literal(T) when is_tuple(T) -> literal(tuple_to_list(T));
literal(#{'__struct__' := _} = T) -> literal(maps:to_list(T)) band 1;
literal(T) when is_map(T) -> literal(maps:to_list(T));
literal(_) -> 3.

%% Small numbers are much likelier than large ones.
few(N) -> trunc(math:pow(rand:uniform(), 3) * (N + 1)).

pick(L) -> lists:nth(rand:uniform(length(L)), L).

term() -> term(few(6)).

term(0) -> leaf();
term(Depth) ->
    D = Depth - 1,
    case rand:uniform(17) of
        1 -> leaf();
        2 -> list_to_tuple(many(D, 6));
        3 -> {pick([ok, error, reply, 'a b', 'Elixir.Foo', a_rather_long_tag_for_a_tuple]), term(D)};
        4 -> list_to_tuple([atom() | many(D, 8)]);
        5 -> many(D, 10);
        6 -> many(D, few(60));
        7 -> [leaf() || _ <- lists:seq(1, few(80))];
        8 -> [rand:uniform(1000) || _ <- lists:seq(1, few(120))];
        9 -> many(D, 5) ++ pick([leaf(), leaf(), [], {tail, term(D)}]);
        10 -> [{atom(), term(D)} || _ <- lists:seq(1, few(12))];
        11 -> [{lower(), term(D)} || _ <- lists:seq(1, few(8))];
        12 -> maps:from_list([{term(few(D)), term(D)} || _ <- lists:seq(1, few(8))]);
        13 -> maps:from_list([{atom(), term(D)} || _ <- lists:seq(1, few(12))]);
        14 -> maps:from_list([{leaf(), leaf()} || _ <- lists:seq(1, few(60))]);
        15 -> struct(D);
        16 -> {binary(), many(D, 3), lower()};
        17 -> chain(few(40), D)
    end.

%% Far to the right.
chain(0, D) -> term(few(D));
chain(N, D) ->
    T = chain(N - 1, D),
    case rand:uniform(8) of
        1 -> [T];
        2 -> {T};
        3 -> {lower(), T};
        4 -> [leaf(), T];
        5 -> #{leaf() => T};
        6 -> [{atom(), T}];
        7 -> {atom(), leaf(), T, leaf()};
        8 -> [T | leaf()]
    end.

many(D, N) -> [term(few(D)) || _ <- lists:seq(1, few(N))].

leaf() ->
    case rand:uniform(24) of
        1 -> few(300) - 20;
        2 -> pick([1, -1]) * rand:uniform(1 bsl rand:uniform(64));
        3 -> pick([1, -1]) * rand:uniform(1 bsl rand:uniform(700));
        4 -> pick([1, -1]) * (1 bsl rand:uniform(130)) + pick([-1, 0, 1]);
        5 -> float_value();
        6 -> float_value();
        7 -> atom();
        8 -> atom();
        9 -> atom();
        10 -> lower();
        11 -> string();
        12 -> string();
        13 -> binary();
        14 -> binary();
        15 -> unicode:characters_to_binary(chars(few(40)));
        16 -> bits();
        17 -> pick([[], {}, #{}, <<>>, "", [[]], {{}}, [#{}], <<0>>, <<0:1>>, '']);
        18 -> pick([self(), make_ref(), hd(erlang:ports()), list_to_pid("<0.81.0>"), an_alias()]);
        19 -> pick([fun lists:map/2, fun 'Elixir.Enum':map/2, fun 'a b':'C d'/0, fun erlang:'+'/2,
                    fun 'Elixir.Kernel':'!'/1, fun foo:'bar?'/255, fun foo:'Foo'/1, fun foo:'a@b'/1]);
        20 -> bytes(few(60));
        21 -> lists:duplicate(few(12), $a + few(30));
        22 -> unicode:characters_to_binary(lists:duplicate(few(200), "ab "));
        _ -> rand:uniform(100)
    end.

bytes(N) -> << <<(rand:uniform(256) - 1)>> || _ <- lists:seq(1, N) >>.

an_alias() ->
    case erlang:function_exported(erlang, alias, 0) of
        true -> apply(erlang, alias, []);
        false -> make_ref()
    end.

float_value() ->
    case rand:uniform(8) of
        1 -> rand:uniform() * math:pow(10, few(40) - 20);
        2 -> float(few(100000));
        3 -> pick([1, -1]) * few(100000) / pick([10, 100, 1000, 8]);
        4 -> math:pow(2, rand:uniform(2000) - 1000);
        5 -> math:pow(10, rand:uniform(600) - 300);
        6 -> pick([0.0, -0.0, 1.0e22, 9007199254740992.0, 9007199254740991.0, 1.0e15, 1.0e16, 1.0e17, 123456789012345.0,
                   5.0e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 0.30000000000000004, 1.0e-7, 100.0,
                   1000.0, 1.0e4, 0.001, 0.0001, 1.2e-5]);
        _ ->
            <<B:64>> = bytes(8),
            try
                <<F/float>> = <<B:64>>,
                F
            catch
                error:_ -> 1.5
            end
    end.

lower() -> pick([a, b, ok, name, key, value, nil, true, false, undefined, some_longer_key, x1, do, 'end', fn]).

atom() ->
    case rand:uniform(10) of
        1 -> list_to_atom(lists:sublist(chars(few(12)), 200));
        2 -> pick(['maybe', 'else', 'after', 'and', 'fun', 'let', 'cond', 'when', 'query', 'spec', 'try', 'receive', 'xor']);
        3 -> pick(['Elixir', 'Elixir.Foo', 'Elixir.Foo.Bar', 'Elixir.foo', 'Elixir.Foo.bar', 'Elixir.Elixir', 'Elixir.',
                   'Elixir.Elixir.Foo', 'Elixir.MyApp.Cache_1', 'Elixir.Foo.', 'ElixirFoo', 'Elixir.Foo-Bar', 'elixir']);
        4 -> list_to_atom([pick("+-*/<>=|&^~!@.:%{}\\,;()[]$?") || _ <- lists:seq(1, rand:uniform(3))]);
        5 -> pick(['', ' ', 'Foo', 'foo Bar', 'foo@bar', '@foo', 'foo?', 'foo!', 'foo?bar', '_', '_x', '1a', 'a1', a_b, 'a-b',
                   'a\'b', 'a"b', 'a\\b', 'a\nb', 'a#{b}', 'nonode@nohost', '...', '..//', '%{}', '<<>>', 'not in']);
        6 -> pick(['\x{e9}t\x{e9}', '\x{df}', '\x{f7}', '\x{c9}', '\x{65e5}\x{672c}', '\x{430}', 'a\x{300}', '\x{3bb}x',
                   'a\x{80}b', 'a\x7fb', '\x{1F600}', 'na\x{ef}ve', 'M\x{fc}ller', '\x{fc}ber?', '\x{a0}']);
        _ -> lower()
    end.

%% Texts of characters that are printable somewhere, and some that are nowhere.
chars(N) ->
    Set = rand:uniform(7),
    [char(Set) || _ <- lists:seq(1, N)].

char(1) -> $a + rand:uniform(26) - 1;
char(2) -> 31 + rand:uniform(96);
char(3) -> pick("ab \"'\\\n\t\e\d#{}`" ++ [0, 7, 8, 11, 12, 13, 27, 127]);
char(4) -> pick("abc" ++ [233, 255, 160, 161, 128, 150, 159, 223, 215, 247]);
char(5) -> pick("abc" ++ [16#3b1, 16#431, 16#65e5, 16#ac00, 16#1f600, 16#200b, 16#e000, 16#fffd, 16#10ffff, 16#20ac]);
char(6) -> pick("xyz" ++ [0, 1, 31, 127, 128]);
char(7) -> rand:uniform(255).

string() ->
    case rand:uniform(4) of
        1 -> [C || C <- chars(few(100)), C < 256];
        _ -> chars(few(30))
    end.

binary() ->
    case rand:uniform(6) of
        1 -> << <<C>> || C <- chars(few(30)), C < 256 >>;
        2 -> bytes(few(12));
        3 -> <<(unicode:characters_to_binary(chars(few(10))))/binary, (few(255))>>;
        _ -> unicode:characters_to_binary(chars(few(40)))
    end.

bits() ->
    N = few(60),
    <<B:N/bitstring, _/bitstring>> = bytes(8),
    B.

struct(D) ->
    case get(structs) of
        true -> struct(rand:uniform(16), D);
        false -> no_struct(D)
    end.

%% Never with the name of a module: the node asks the module, which there is none of.
no_struct(D) ->
    Name = case term(D) of
               A when is_atom(A) -> lower();
               T -> T
           end,
    #{'__struct__' => Name, b => term(D)}.

struct(1, D) -> no_struct(D);
struct(2, D) -> #{'__struct__' => 'Elixir.ArgumentError', '__exception__' => true, message => term(D)};
struct(3, _) -> #{'__struct__' => lower(), b => leaf()};
struct(4, _) ->
    'Elixir.Range':new(few(100) - 10, pick([few(1000), 1 bsl few(80)]), pick([1, 1, 2, -1, -7]));
struct(5, D) -> 'Elixir.MapSet':new(many(D, 10));
struct(6, _) -> 'Elixir.MapSet':new([pick([65 + few(20), {lower(), leaf()}, "abc"]) || _ <- lists:seq(1, few(60))]);
struct(7, _) -> a_date();
struct(8, _) -> a_time();
struct(9, _) -> 'Elixir.NaiveDateTime':'new!'(a_date(), a_time());
struct(10, _) -> 'Elixir.DateTime':'new!'(a_date(), a_time());
struct(11, _) ->
    T = 'Elixir.DateTime':'new!'(a_date(), a_time()),
    T#{utc_offset := pick([0, 3600, -3600, 19800, -12600, 7261]), std_offset := pick([0, 3600]),
       time_zone := pick([<<"Europe/Paris">>, <<"Etc/UTC">>, <<"Asia/Kolkata">>]), zone_abbr := pick([<<"CET">>, <<"+03">>])};
struct(12, _) -> 'Elixir.Date':range(a_date(), a_date(), pick([1, -1, 3]));
struct(13, _) ->
    Source = list_to_binary([pick(["a", "\\/", "/", "\\d", "#{", "\\#{", "\\\\", "\n", "\t", "[x-z]", "\e", "\"", " ", "\\n"])
                             || _ <- lists:seq(1, few(12))]),
    Options = lists:sublist([pick([caseless, extended, multiline, firstline, ungreedy]) || _ <- lists:seq(1, 3)], few(3)),
    try 'Elixir.Regex':'compile!'(Source, lists:usort(Options)) catch error:_ -> 'Elixir.Regex':'compile!'(<<"a">>) end;
struct(14, _) ->
    'Elixir.Version':'parse!'(pick([<<"1.2.3">>, <<"1.0.0-rc.1">>, <<"2.0.0-a.0+build.5">>, <<"0.0.1+x">>]));
struct(15, _) ->
    'Elixir.URI':'parse'(pick([<<"http://a.b/c?d=e#f">>, <<"https://u:p@h:8080/x">>, <<"mailto:x@y">>, <<"/p">>, <<>>]));
struct(16, _) ->
    pick(['Elixir.Duration':'new!'([{hour, few(30)}, {month, few(3) - 1}, {microsecond, {few(1000), 6}}]),
          'Elixir.Version':'parse_requirement!'(<<"~> 1.2 and >= 1.3.0">>)]).

a_date() -> 'Elixir.Date':'new!'(pick([2026, 1999, 0, -5, 9999, -9999, 12345]), rand:uniform(12), rand:uniform(28)).

a_time() ->
    'Elixir.Time':'new!'(rand:uniform(24) - 1, rand:uniform(60) - 1, rand:uniform(60) - 1,
                         {rand:uniform(1000000) - 1, rand:uniform(7) - 1}).
