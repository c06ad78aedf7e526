#!/usr/bin/env escript
%%! +sbwt none +sbwtdcpu none +sbwtdio none
%% What the ms_transform of this release makes of funs, and what match specifications do beside the funs they come from.
%%
%%   matches.escript compile FILE OUT
%%   matches.escript run FILE OUT
%%   matches.escript accept FILE OUT
%%
%% Files hold fields, each with a byte that says what it is, its length in 32 bits, and its bytes.
%%
%% compile: each field is the text of a fun, "c" for calls (dbg:fun2ms/1), "t" for tables (ets:fun2ms/1). Out comes
%% one for each: "+" with the specification in the external format, "-" with why there is none.
%%
%% run: a fun, its specification ("+", or "-": it is left out) and "a", a list of lists of arguments as text. Out comes
%% "=" when they do the same, "?" when that can't be said, else "!" with what they did.
%%
%% accept: specifications, and out comes whether this release takes them for tracing calls: "+" or "-".
-mode(compile).

main([What, File, To]) ->
    {ok, Bytes} = file:read_file(File),
    Fields = fields(Bytes),
    Out = case What of
              "compile" -> [compile(K, T) || {K, T} <- Fields];
              "run" -> runs(Fields);
              "accept" -> [accept(K, T) || {K, T} <- Fields]
          end,
    ok = file:write_file(To, Out).

fields(<<Kind, Len:32, Text:Len/binary, Rest/binary>>) -> [{Kind, Text} | fields(Rest)];
fields(<<>>) -> [].

field(Kind, Bytes) -> [Kind, <<(byte_size(Bytes)):32>>, Bytes].

said(Kind, Term) -> field(Kind, unicode:characters_to_binary(io_lib:format("~0tp", [Term]))).

%% The fun as it stands in a module: after the transformation there is a constant, unless it named what it should not.
compile(Kind, Text) ->
    try field($+, term_to_binary(spec(Kind, parse(Text))))
    catch
        throw:Why -> said($-, Why);
        error:Why -> said($-, {badmatch, Why});
        exit:Why -> said($-, {exit, Why})
    end.

parse(Text) ->
    case erl_scan:string(unicode:characters_to_list(Text) ++ " .", {1, 1}) of
        {ok, Tokens, _} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, [Fun]} -> Fun;
                {ok, _} -> throw(several);
                {error, {_, _, Why}} -> throw(lists:flatten(erl_parse:format_error(Why)))
            end;
        {error, Why, _} -> throw(Why)
    end.

-define(RECORDS, [{attribute, 1, record, {rec, [{record_field, 1, {atom, 1, F}} || F <- [a, b, c]]}},
                  {attribute, 1, record, {none, []}}]).

spec(Kind, Fun) ->
    Module = case Kind of $c -> dbg; $t -> ets end,
    Call = {call, 1, {remote, 1, {atom, 1, Module}, {atom, 1, fun2ms}}, [Fun]},
    Forms = ?RECORDS ++ [{function, 1, f, 0, [{clause, 1, [], [], [Call]}]}],
    New = case ms_transform:parse_transform(Forms, []) of
              {error, [{_, [{_, _, Why} | _]} | _], _} -> throw(lists:flatten(ms_transform:format_error(Why)));
              {warning, F, _} -> F;
              F -> F
          end,
    [Constant] = [C || {function, _, f, 0, [{clause, _, [], [], [C]}]} <- New],
    constant(Constant),
    {value, Value, _} = erl_eval:expr(Constant, erl_eval:new_bindings(), none),
    Value.

%% Patterns that are no patterns, as a call or a receive, are left in it for the compiler to find.
constant({'fun', _, {function, _, _, _}}) -> ok;
constant(T) when is_tuple(T), tuple_size(T) > 1 ->
    lists:member(element(1, T), [call, 'receive', 'case', 'if', 'try', 'catch', 'fun', named_fun, lc, bc, mc, block, var, 'maybe',
                                 match, remote])
        andalso throw({no_constant, element(1, T)}),
    constant(tuple_to_list(T));
constant([H | T]) -> constant(H), constant(T);
constant(_) -> ok.

%% Beside each other.

runs([{_, Text}, {$+, Spec}, {$a, Args} | Rest]) -> [run(Text, binary_to_term(Spec), Args) | runs(Rest)];
runs([_, {$-, _}, _ | Rest]) -> [field($?, <<>>) | runs(Rest)];
runs([]) -> [].

run(Text, Spec, Args) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Args) ++ " ."),
    {ok, All} = erl_parse:parse_term(Tokens),
    try erl_eval:expr(parse(Text), erl_eval:new_bindings(), {value, fun action/2}) of
        {value, Fun, _} -> compare(Fun, Spec, All, 0)
    catch
        _:Why -> said($?, Why)
    end.

compare(_, _, [], 0) -> field($?, <<>>);
compare(_, _, [], Done) -> field($=, integer_to_binary(Done));
compare(Fun, Spec, [Args | Rest], Done) ->
    case apply_fun(Fun, Args) of
        unknown -> compare(Fun, Spec, Rest, Done);
        Real ->
            case test(Args, Spec) of
                Real -> compare(Fun, Spec, Rest, Done + 1);
                lacks -> compare(Fun, Spec, Rest, Done);
                Other -> said($!, {Args, {'fun', Real}, {spec, Other}})
            end
    end.

%% What the actions ask for, as erlang:match_spec_test/3 tells it. An action in a list of them is done; what fails in
%% one becomes 'EXIT' there, and an exception here: then nothing can be said.
action(message, [false]) -> put(message, false), true;
action(message, [Term]) -> put(message, Term), true;
action(return_trace, []) -> put(return_trace, true), true;
action(exception_trace, []) -> put(exception_trace, true), true;
action(Name, Args) -> throw({unknown, Name, Args}).

apply_fun(Fun, Args) ->
    [erase(K) || K <- [message, return_trace, exception_trace]],
    try Fun(Args) of
        _ -> told(case get(message) of undefined -> true; M -> M end,
                  lists:sort([K || K <- [return_trace, exception_trace], get(K) =:= true]))
    catch
        error:function_clause:Stack -> top(Stack);
        _:_ -> unknown
    end.

%% No clause fits, if it was this fun and none that it calls.
top([{erl_eval, '-inside-an-interpreted-fun-', _, _} | _]) -> nothing;
top(_) -> unknown.

test(Args, Spec) ->
    case erlang:match_spec_test(Args, Spec, trace) of
        {ok, Message, Flags, _} -> told(Message, lists:sort(Flags));
        {error, [{error, Why} | _]} = Error ->
            %% a function that this release does not know
            case string:find(Why, "does_not_exist") of
                nomatch -> Error;
                _ -> lacks
            end
    end.

%% The message false is none.
told(false, []) -> nothing;
told(Message, Flags) -> {Message, Flags}.

accept(_, Spec) ->
    try erlang:match_spec_test([], binary_to_term(Spec), trace) of
        {ok, _, _, _} -> field($+, <<>>);
        {error, Why} -> said($-, Why)
    catch
        error:Why -> said($-, Why)
    end.
