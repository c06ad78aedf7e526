%% Terms of all kinds, and what match specifications make of them.
-module(patient_terms).
-export([projected/3, traced/3, called/1, called/3, none/0, noted/0]).

%% {Arguments, what {message, ...} of the specification gives} in hexadecimal, a line each: for the terms of seeds/0, and
%% for so many that are made up.
projected(Spec, Arity, {Seed, Count}) ->
    rand:seed(exsplus, {Seed, 1, 2}),
    Terms = fixed() ++ [term(4) || _ <- lists:seq(1, Count)],
    iolist_to_binary([line({Args, tested(Args, Spec)}) || Args <- arguments(Terms, Arity)]).

arguments([], _) -> [];
arguments(Terms, Arity) when length(Terms) < Arity -> [];
arguments(Terms, 0) -> [[] || _ <- Terms];
arguments(Terms, Arity) ->
    {Args, Rest} = lists:split(Arity, Terms),
    [Args | arguments(Rest, Arity)].

tested(Args, Spec) ->
    {ok, Result, _, []} = erlang:match_spec_test(Args, Spec, trace),
    Result.

%% The same for real calls with one argument, by the runtime.
traced(Spec, Head, {Seed, Count}) ->
    rand:seed(exsplus, {Seed, 3, 4}),
    Terms = fixed() ++ [term(4) || _ <- lists:seq(1, Count)],
    Me = self(),
    Tracer = spawn(fun() -> collect([]) end),
    erlang:trace_pattern(Head, Spec, [local]),
    {_, Ref} = spawn_monitor(fun() ->
                                     erlang:trace(self(), true, [{tracer, Tracer}, call, arity, monotonic_timestamp]),
                                     [?MODULE:called(T) || T <- Terms]
                             end),
    receive {'DOWN', Ref, _, _, normal} -> ok end,
    Delivered = erlang:trace_delivered(all),
    receive {trace_delivered, all, Delivered} -> ok end,
    Tracer ! {give, Me},
    Got = receive {got, List} -> List end,
    erlang:trace_pattern(Head, false, [local]),
    iolist_to_binary([line({[T], M}) || {T, {trace_ts, _, call, {?MODULE, called, 1}, M, _}} <- lists:zip(Terms, Got)]).

collect(Got) ->
    receive
        {give, To} -> To ! {got, lists:reverse(Got)};
        M -> collect([M | Got])
    end.

called(X) -> {X}.
called(X, Y, Z) -> {X, Y, Z}.
none() -> none.

%% {caller}, {caller_line} and a stack, of a call from here.
noted() ->
    {called(1)}.

line(T) -> [[hex(B bsr 4), hex(B band 15)] || <<B>> <= term_to_binary(T)] ++ "\n".

hex(N) when N < 10 -> $0 + N;
hex(N) -> $a + N - 10.

fixed() ->
    [a, false, true, 'EXIT', undefined, '', [], {}, #{}, <<>>, 0, -1, 1 bsl 59, 1 bsl 70, -(1 bsl 70), 1.5, -0.0,
     self(), make_ref(), hd(erlang:ports()), fun lists:map/2, fun() -> self() end,
     {a}, {false}, {'EXIT'}, [false], ['EXIT'], ['EXIT' | 'EXIT'], [[]], [{}], {[]}, #{a => 1}, #{'EXIT' => 'EXIT'},
     #{'__struct__' => 'Elixir.Date', day => 1}, #{'__struct__' => 5}, #{'__struct__' => 'EXIT'},
     #{'__struct__' => 'Elixir.A'},
     "hello", "a text that is longer than all that is sent of one, and then some", "\n\t\e", "\x{263a}\x{1f600}",
     "a\0b", "abcde\0fgh", "abcdefgh" ++ [false | "xyz"], [$a, $b, $c, $d, $e, 1.0, 2.0], [$a, $b, $c, $d, $e, -1],
     "abcdefgh" ++ [1 bsl 70], "abcdefgh" ++ tail, "abcde" ++ tail, "abcd" ++ tail, [97.0, 98.0, 99.0, 100, 101, 102],
     [1, 2, 3], lists:seq(1, 5), lists:seq(1, 6), lists:seq(1, 1000), lists:seq(100, 2000), [1 | 2], [a | <<>>],
     [a, b, c, d, e | <<1:3>>], [1, 2, 3, 4, 5, 6 | 7], [a, b | #{}],
     {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6, 7}, list_to_tuple(lists:seq(1, 1000)),
     <<"abc">>, <<1:3>>, <<0:1024>>, <<0:1032>>, <<0:1031>>, binary:copy(<<"x">>, 100000), binary:copy(<<"x">>, 129),
     {ok, [{name, "hello"}, {b, <<"x">>}]}, [[[[1]]]], {{{{1}}}}, #{x => #{y => 1}}, [#{a => 1}, {#{}}],
     maps:from_list([{N, N} || N <- lists:seq(1, 100)])].

term(0) -> leaf(rand:uniform(9));
term(Depth) ->
    case rand:uniform(8) of
        N when N =< 3 -> leaf(rand:uniform(9));
        4 -> list(Depth);
        5 -> list(Depth) ++ [term(Depth - 1) | leaf(rand:uniform(9))];
        6 -> list_to_tuple(list(Depth));
        7 -> maps:from_list([{leaf(rand:uniform(9)), X} || X <- list(Depth)]);
        8 -> [$a + rand:uniform(26) || _ <- lists:seq(1, rand:uniform(60))] ++ list(Depth)
    end.

list(Depth) -> [term(Depth - 1) || _ <- lists:seq(1, rand:uniform(10) - 1)].

leaf(1) -> element(rand:uniform(5), {a, false, 'EXIT', '__struct__', 'Elixir.A'});
leaf(2) -> rand:uniform(300) - 50;
leaf(3) -> rand:uniform(1 bsl 58) * (1 bsl rand:uniform(200));
leaf(4) -> rand:uniform();
leaf(5) -> binary:copy(<<"ab">>, rand:uniform(100));
leaf(6) -> <<0:(rand:uniform(1200))>>;
leaf(7) -> [];
leaf(8) -> self();
leaf(9) -> fun() -> ok end.
