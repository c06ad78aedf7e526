%% Processes with sockets of each kind, which do nothing by themselves, and what the node itself says of them.
-module(plumber).
-export([start/1, do/2, truth/2, ports/1, move/3, crowd/1, churn/1, stuck/1, commands/1, drivers/1]).
-export([open/1, opened/2]).

%% A process, registered plumber_port or plumber_socket, with a socket of each kind of that back end.
start(Backend) -> patient:started(?MODULE, open, [Backend]).

open(Backend) ->
    opened(list_to_atom("plumber_" ++ atom_to_list(Backend)), fun() -> make(Backend) end).

opened(Name, Make) ->
    Asker = self(),
    Pid = spawn(fun() ->
                        Name =:= undefined orelse register(Name, self()),
                        Made = Make(),
                        Asker ! {opened, self()},
                        serve(Made)
                end),
    Ref = monitor(process, Pid),
    receive
        {opened, Pid} -> demonitor(Ref, [flush]), Pid;
        {'DOWN', Ref, process, Pid, Why} -> exit(Why)
    end.

serve(Made) ->
    receive
        {do, Asker, Ref, Fun} -> Asker ! {Ref, Fun(Made)}, serve(Made);
        {swap, Asker, Ref, Fun} -> Asker ! {Ref, ok}, serve(Fun(Made))
    end.

%% What Fun makes of the sockets, in the process that they belong to.
do(Pid, Fun) ->
    Ref = monitor(process, Pid),
    Pid ! {do, self(), Ref, Fun},
    receive
        {Ref, Result} -> demonitor(Ref, [flush]), Result;
        {'DOWN', Ref, process, Pid, Why} -> exit(Why)
    end.

%% [{Kind, Socket}]. A connection of each kind has carried 100, 200 and 400 bytes to its server's end and 50 back.
make(port) ->
    tcp(tcp, [{ip, {127, 0, 0, 1}}], {127, 0, 0, 1})
        ++ six(fun() -> tcp(tcp6, [inet6, {ip, {0, 0, 0, 0, 0, 0, 0, 1}}], {0, 0, 0, 0, 0, 0, 0, 1}) end)
        ++ local(port) ++ udp() ++ sctp();
make(socket) ->
    Back = {inet_backend, socket},
    tcp(tcp, [Back, {ip, {127, 0, 0, 1}}], {127, 0, 0, 1})
        ++ six(fun() -> tcp(tcp6, [Back, inet6, {ip, {0, 0, 0, 0, 0, 0, 0, 1}}], {0, 0, 0, 0, 0, 0, 0, 1}) end)
        ++ local(socket) ++ dgram().

tcp(Kind, Options, Address) ->
    {ok, L} = gen_tcp:listen(0, Options ++ [binary, {active, false}]),
    {ok, Port} = inet:port(L),
    Family = [O || O <- Options, O =:= inet6 orelse (is_tuple(O) andalso element(1, O) =:= inet_backend)],
    {ok, C} = gen_tcp:connect(Address, Port, Family ++ [binary, {active, false}]),
    {ok, S} = gen_tcp:accept(L),
    traffic(C, S),
    [{{Kind, listener}, L}, {{Kind, client}, C}, {{Kind, server}, S}].

traffic(C, S) ->
    [begin ok = gen_tcp:send(C, binary:copy(<<"x">>, N)), {ok, _} = gen_tcp:recv(S, N) end || N <- [100, 200, 400]],
    ok = gen_tcp:send(S, binary:copy(<<"y">>, 50)),
    {ok, _} = gen_tcp:recv(C, 50).

six(Make) ->
    case gen_udp:open(0, [inet6, {ip, {0, 0, 0, 0, 0, 0, 0, 1}}]) of
        {ok, S} -> gen_udp:close(S), Make();
        {error, _} -> []
    end.

path() ->
    filename:join(element(2, file:get_cwd()), "s\t" ++ integer_to_list(erlang:unique_integer([positive]))).

local(port) ->
    Path = path(),
    {ok, L} = gen_tcp:listen(0, [{ifaddr, {local, Path}}, binary, {active, false}]),
    {ok, C} = gen_tcp:connect({local, Path}, 0, [local, binary, {active, false}]),
    {ok, S} = gen_tcp:accept(L),
    traffic(C, S),
    [{{local, listener}, L}, {{local, client}, C}, {{local, server}, S}];
local(socket) ->
    Address = #{family => local, path => list_to_binary(path())},
    {ok, L} = socket:open(local, stream),
    bound(socket:bind(L, Address)),
    ok = socket:listen(L),
    {ok, C} = socket:open(local, stream),
    ok = socket:connect(C, Address),
    {ok, S} = socket:accept(L),
    [begin ok = socket:send(C, binary:copy(<<"x">>, N)), {ok, _} = socket:recv(S, N) end || N <- [100, 200, 400]],
    [{{local, listener}, L}, {{local, client}, C}, {{local, server}, S}].

bound(ok) -> ok;
bound({ok, _}) -> ok. % OTP 23

udp() ->
    {ok, A} = gen_udp:open(0, [{ip, {127, 0, 0, 1}}, binary, {active, false}]),
    {ok, B} = gen_udp:open(0, [{ip, {127, 0, 0, 1}}, binary, {active, false}]),
    {ok, Port} = inet:port(B),
    ok = gen_udp:send(A, {127, 0, 0, 1}, Port, binary:copy(<<"z">>, 333)),
    {ok, _} = gen_udp:recv(B, 0),
    [{{udp, sender}, A}, {{udp, receiver}, B}].

dgram() ->
    [A, B] = [begin
                  {ok, S} = socket:open(inet, dgram, udp),
                  bound(socket:bind(S, #{family => inet, addr => {127, 0, 0, 1}, port => 0})),
                  S
              end || _ <- [a, b]],
    {ok, To} = socket:sockname(B),
    ok = socket:sendto(A, binary:copy(<<"z">>, 333), To),
    {ok, _} = socket:recvfrom(B, 1000),
    {ok, Idle} = socket:open(inet, stream, tcp),
    [{{udp, sender}, A}, {{udp, receiver}, B}, {{tcp, idle}, Idle}].

sctp() ->
    try gen_sctp:open([{ip, {127, 0, 0, 1}}]) of
        {ok, S} -> ok = gen_sctp:listen(S, true), [{{sctp, listener}, S}];
        {error, _} -> []
    catch _:_ -> []
    end.

%% #{Id => #{Column => Value}} of the sockets of such a process.
truth(port, Pid) -> do(Pid, fun(Made) -> maps:from_list([{id(S), port_truth(K, S)} || {K, S} <- Made]) end);
truth(socket, Pid) -> do(Pid, fun(Made) -> maps:from_list([{id(S), nif_truth(K, S)} || {K, S} <- Made]) end).

id({'$inet', _, {_, S}}) -> id(S);
id({'$socket', Ref}) ->
    "#Ref" ++ Rest = erlang:ref_to_list(Ref),
    list_to_binary("#Socket" ++ Rest);
id(Port) -> list_to_binary(erlang:port_to_list(Port)).

kind({Kind, End}) ->
    {Protocol, Domain, Type} = case Kind of
                                   tcp -> {tcp, inet, stream};
                                   tcp6 -> {tcp, inet6, stream};
                                   udp -> {udp, inet, dgram};
                                   sctp -> {sctp, inet, seqpacket};
                                   local -> {local, local, stream}
                               end,
    State = case End of
                listener -> 'LISTEN';
                idle -> 'IDLE';
                _ when Kind =:= udp -> 'BOUND';
                _ -> 'CONNECTED'
            end,
    #{protocol => Protocol, domain => Domain, type => Type, state => State}.

port_truth(Kind, P) ->
    Items = [recv_oct, send_oct, recv_cnt, send_cnt, send_pend, recv_max, recv_avg, recv_dvi, send_max, send_avg],
    {ok, Stat} = inet:getstat(P, Items),
    Known = case kind(Kind) of
                #{protocol := udp} = K -> K#{state => 'IDLE'}; % as inet:i/0 has it
                K -> K
            end,
    sums(lists:foldl(fun maps:merge/2, maps:from_list(Stat),
                     [Known, addresses(inet:sockname(P), inet:peername(P)),
                      #{backend => port, memory => element(2, erlang:port_info(P, memory)), busy => false,
                        owner => self(), owner_name => plumber_port, application => undefined}])).

nif_truth(Kind, {'$inet', _, {_, S}}) -> nif_truth(Kind, S);
nif_truth(Kind, S) ->
    #{counters := C} = socket:info(S),
    Stat = #{recv_oct => maps:get(read_byte, C), send_oct => maps:get(write_byte, C),
             recv_cnt => maps:get(read_pkg, C), send_cnt => maps:get(write_pkg, C),
             recv_max => maps:get(read_pkg_max, C), send_max => maps:get(write_pkg_max, C),
             send_pend => undefined, recv_avg => undefined, recv_dvi => undefined, send_avg => undefined},
    sums(lists:foldl(fun maps:merge/2, Stat,
                     [kind(Kind), addresses(socket:sockname(S), socket:peername(S)),
                      #{backend => socket, memory => undefined, busy => false, owner => self(),
                        owner_name => plumber_socket, application => undefined}])).

sums(#{recv_oct := A, send_oct := B, recv_cnt := C, send_cnt := D} = Truth) ->
    Truth#{oct => A + B, cnt => C + D}.

addresses(Local, Peer) ->
    {L, LA, LP} = address(Local),
    {P, PA, PP} = address(Peer),
    #{local => L, local_address => LA, local_port => LP, peer => P, peer_address => PA, peer_port => PP}.

address({ok, #{family := local, path := Path}}) -> path(Path);
address({ok, #{addr := Ip, port := Port}}) -> address({ok, {Ip, Port}});
address({ok, {local, Path}}) -> path(Path);
address({ok, {{_, _, _, _} = Ip, Port}}) ->
    Shown = inet:ntoa(Ip),
    {list_to_binary(Shown ++ ":" ++ integer_to_list(Port)), list_to_binary(Shown), Port};
address({ok, {Ip, Port}}) ->
    Shown = inet:ntoa(Ip),
    {list_to_binary("[" ++ Shown ++ "]:" ++ integer_to_list(Port)), list_to_binary(Shown), Port};
address({error, _}) ->
    {undefined, undefined, undefined}.

path(Path) ->
    case iolist_to_binary(string:replace(Path, "\t", "\\t", all)) of
        <<>> -> {undefined, undefined, undefined};
        Shown -> {Shown, Shown, undefined}
    end.

%% What the node says of each port that is still there: #{Id => #{Item => Value}}.
ports(Ports) ->
    maps:from_list([{id(P), I} || P <- Ports, I <- [catch port(P)], is_map(I)]).

port(P) ->
    I = fun(K) -> case erlang:port_info(P, K) of {_, V} -> V; _ -> undefined end end,
    #{name => list_to_binary(I(name)), owner => I(connected), input => I(input), output => I(output),
      queue_size => I(queue_size), memory => I(memory), os_pid => I(os_pid), registered_name => I(registered_name),
      links => length(I(links)), monitors => length(I(monitors)), parallelism => I(parallelism),
      locking => I(locking)}.

%% Sends N bytes over the connection of a kind, and waits for them; {IdOfClient, IdOfServer}.
move(Pid, Kind, N) ->
    do(Pid, fun(Made) ->
                    C = proplists:get_value({Kind, client}, Made),
                    S = proplists:get_value({Kind, server}, Made),
                    send(C, binary:copy(<<"m">>, N)),
                    recv(S, N),
                    {id(C), id(S)}
            end).

send({'$socket', _} = S, Bytes) -> ok = socket:send(S, Bytes);
send(S, Bytes) -> ok = gen_tcp:send(S, Bytes).

recv({'$socket', _} = S, N) -> {ok, _} = socket:recv(S, N);
recv(S, N) -> {ok, _} = gen_tcp:recv(S, N).

%% A process with N sockets, half of them of each back end, connected in pairs.
crowd(N) ->
    patient:started(?MODULE, opened,
                    [undefined, fun() -> pairs(N div 4, []) ++ pairs(N div 4, [{inet_backend, socket}]) end]).

pairs(N, Options) ->
    {ok, L} = gen_tcp:listen(0, Options ++ [{ip, {127, 0, 0, 1}}, {backlog, 64}, {active, false}]),
    {ok, Port} = inet:port(L),
    All = [begin
               {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, Options ++ [{active, false}]),
               {ok, S} = gen_tcp:accept(L),
               {C, S}
           end || _ <- lists:seq(1, N)],
    gen_tcp:close(L),
    All.

%% A process that opens and closes sockets of both back ends without end.
churn(N) -> patient:started(?MODULE, opened, [undefined, fun() -> spawn_link(fun() -> churning(N) end) end]).

churning(N) ->
    Ports = [begin {ok, S} = gen_udp:open(0), S end || _ <- lists:seq(1, N)],
    Sockets = [begin {ok, S} = socket:open(inet, dgram, udp), S end || _ <- lists:seq(1, N)],
    receive after 1 -> ok end,
    [gen_udp:close(S) || S <- Ports],
    [socket:close(S) || S <- Sockets],
    churning(N).

%% A connection whose receiver does not read, and a sender that waits for it; the id of the sender's end.
stuck(Backend) ->
    Pid = patient:started(?MODULE, opened, [undefined, fun() -> waiting([{inet_backend, socket} || Backend =:= socket]) end]),
    do(Pid, fun({C, _, _}) -> id(C) end).

waiting(Options) ->
    {ok, L} = gen_tcp:listen(0, Options ++ [{ip, {127, 0, 0, 1}}, {active, false}, {recbuf, 4096}]),
    {ok, Port} = inet:port(L),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, Options ++ [{active, false}, {sndbuf, 4096}]),
    {ok, S} = gen_tcp:accept(L),
    spawn_link(fun Send() -> gen_tcp:send(C, binary:copy(<<"s">>, 8000000)), Send() end),
    {C, S, L}.

%% Ports that run these commands, in a process of their own; their ids.
commands(Commands) ->
    Pid = patient:started(?MODULE, opened, [undefined, fun() -> [open_port({spawn, C}, []) || C <- Commands] end]),
    do(Pid, fun(Ports) -> [id(P) || P <- Ports] end).

%% N ports of a driver that does nothing.
drivers(N) ->
    patient:started(?MODULE, opened,
                    [undefined, fun() -> [open_port({spawn_driver, "ram_file_drv"}, [binary]) || _ <- lists:seq(1, N)] end]).
