%% Keeps the first bytes of each picture that was uploaded. The disease: they are parts of the pictures, so that every
%% picture stays in memory as long as its first 128 bytes.
-module(shop_thumbnails).
-behaviour(gen_server).
-export([start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(PICTURE_WORDS, 16_384).
-define(AT_FIRST, 300).
-define(AT_MOST, 1500).

start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

init([]) ->
    timer:send_interval(50, upload),
    {ok, lists:foldl(fun keep/2, #{}, lists:seq(1, ?AT_FIRST))}.

handle_call({head, N}, _From, Heads) -> {reply, maps:find(N, Heads), Heads}.

handle_cast(_, Heads) -> {noreply, Heads}.

handle_info(upload, Heads) when map_size(Heads) < ?AT_MOST -> {noreply, keep(map_size(Heads) + 1, Heads)};
handle_info(upload, Heads) -> {noreply, Heads}.

keep(N, Heads) ->
    <<Head:128/binary, _/binary>> = picture(N),
    Heads#{N => Head}.

picture(N) -> binary:copy(<<N:32>>, ?PICTURE_WORDS).
