%% Sockets to look at, and what tools that live inside the node do for the same answers: the sampling of inet_count is
%% recon's (2.5), then what observer_cli (1.8) asks about each row that it shows.
-module(net_reference).
-export([start/1, inet_count/0, inet_page/0, port_list/0]).

-define(ROWS, 20).

%% A process with so many connected sockets.
start(N) ->
    Asker = self(),
    spawn(fun() ->
                  {ok, L} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}, {active, false}, {backlog, 64}]),
                  {ok, Port} = inet:port(L),
                  Pairs = [pair(L, Port) || _ <- lists:seq(1, N div 2)],
                  Asker ! ready,
                  receive stop -> Pairs end
          end),
    receive ready -> N end.

pair(L, Port) ->
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, [{active, false}]),
    {ok, S} = gen_tcp:accept(L),
    Bytes = binary:copy(<<"x">>, rand:uniform(1000)),
    ok = gen_tcp:send(C, Bytes),
    {ok, _} = gen_tcp:recv(S, byte_size(Bytes)),
    {C, S}.

inet_count() -> length(top(sample(recv_oct))).

inet_page() -> length([about(Port) || {Port, _, _} <- top(sample(recv_oct))]).

sample(Item) ->
    [{Port, Value, [{Item, Value}]} || Port <- erlang:ports(), {_, Name} <- [erlang:port_info(Port, name)],
                                       lists:member(Name, ["tcp_inet", "udp_inet", "sctp_inet"]),
                                       {ok, [{_, Value}]} <- [inet:getstat(Port, [Item])]].

top(Rows) -> lists:sublist(lists:reverse(lists:keysort(2, Rows)), ?ROWS).

about(Port) ->
    {[erlang:port_info(Port, Item) || Item <- [queue_size, memory, input, output, connected]], inet:getstat(Port),
     inet:peername(Port), inet:sockname(Port)}.

%% What observer asks for, with each port's items one by one.
port_list() ->
    length([[erlang:port_info(Port) | [erlang:port_info(Port, Item) || Item <- [queue_size, memory, monitors, locking,
                                                                                parallelism, registered_name]]]
            || Port <- erlang:ports()]).
