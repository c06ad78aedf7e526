%% A small web shop with six diseases, for ./dev demo. It ends when its standard input does, and after fifteen minutes.
-module(shop).
-behaviour(application).
-behaviour(supervisor).
-export([run/0, start/2, stop/1, init/1]).

-define(LIFE_MS, 900_000).
-define(CONNECTIONS, 10_000).

%% From the command line; a file tells the runner that the shop is open.
run() ->
    spawn(fun close_with_runner/0),
    ok = application:load({application, shop, [{mod, {shop, []}}, {applications, [kernel, stdlib]},
                                               {vsn, "1.4.0"}, {description, "sells things"}]}),
    ok = application:start(shop),
    ok = file:write_file(os:getenv("SHOP_READY"), [os:getpid(), $\n]).

start(_Type, _Args) ->
    {ok, Sup} = supervisor:start_link({local, shop_sup}, ?MODULE, shop),
    [{ok, _} = supervisor:start_child(shop_connection_sup, []) || _ <- lists:seq(1, ?CONNECTIONS)],
    {ok, Sup}.

stop(_State) -> ok.

init(shop) ->
    Workers = [shop_sessions, shop_mailer, shop_prices, shop_thumbnails],
    Connections = #{id => connections, type => supervisor,
                    start => {supervisor, start_link, [{local, shop_connection_sup}, ?MODULE, connections]}},
    Web = #{id => shop_web, start => {shop_web, start_link, []}},
    {ok, {#{}, [#{id => W, start => {W, start_link, []}} || W <- Workers] ++ [Connections, Web]}};
init(connections) ->
    {ok, {#{strategy => simple_one_for_one},
          [#{id => connection, restart => temporary, start => {shop_connection, start_link, []}}]}}.

close_with_runner() ->
    Port = open_port({fd, 0, 0}, [in, eof]),
    receive
        {Port, eof} -> halt(0)
    after ?LIFE_MS ->
        halt(0)
    end.
