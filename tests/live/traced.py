"""What functions of OTP returned to otoscope's helpers on a node: so that a test can compute from the very terms that
otoscope was given, on a node that does not stand still."""

import contextlib

TRACER = """
    Me = self(),
    spawn(fun() ->
        erlang:trace(new_processes, true, [call]),
        erlang:trace_pattern({%(m)s, %(f)s, %(arity)d}, [{%(head)s, [], [{return_trace}]}], [global]),
        register(witness_of_returns, self()),
        Me ! ready,
        F = fun G(Calls, Got) ->
            receive
                {trace, P, call, {_, _, Args}} -> G(Calls#{P => Args}, Got);
                {trace, P, return_from, _, V} -> G(Calls, [{P, maps:get(P, Calls), V} | Got]);
                {stop, From} -> From ! {self(), lists:reverse(Got)}
            end
        end,
        F(#{}, [])
    end),
    receive ready -> ok end"""
COLLECT = """
    T = whereis(witness_of_returns),
    Ref = monitor(process, T),
    T ! {stop, self()},
    receive {T, Got} ->
        erlang:trace_pattern({%(m)s, %(f)s, %(arity)d}, false, [global]),
        receive {'DOWN', Ref, _, _, _} -> ok end,
        [%(each)s || {P, Args, V} <- Got]
    end"""


@contextlib.contextmanager
def returns(node, function, head, each="{P, Args, V}"):
    """Gives a list, which at the end of the context holds what function returned to each process born meanwhile.

    function  "erlang:system_info/1"
    head      which arguments, as a match specification has them: "[{allocator, '_'}]"
    each      Erlang, of the process P, the arguments Args and the value V
    """
    module, rest = function.split(":")
    name, arity = rest.split("/")
    parts = {"m": module, "f": name, "arity": int(arity), "head": head, "each": each}
    node.rpc(TRACER % parts)
    found = []
    try:
        yield found
    finally:
        found.extend(node.rpc(COLLECT % parts))
