%% Processes inside native code that does not yield: see stuck_nif.c.
-module(stuck).
-export([load/1, leave/0, start/2, hold/1, hold_dirty/1]).

load(Path) -> erlang:load_nif(Path, 0).

%% Has all processes leave the last scheduler. Who ran there last would wait to run there again, and that could be
%% anybody: connections leave it by what goes over them until start/2.
leave() ->
    erlang:system_flag(schedulers_online, erlang:system_info(schedulers) - 1),
    [erlang:process_info(P, memory) || P <- processes()],
    ok.

%% A process that holds the last scheduler (hold) or a dirty one (hold_dirty) as long as there is this file, and then
%% waits.
start(How, File) ->
    Schedulers = erlang:system_info(schedulers),
    erlang:system_flag(schedulers_online, Schedulers),
    spawn_opt(fun() -> ?MODULE:How(File), patient:wait() end, [{scheduler, Schedulers}]).

hold(_File) -> erlang:nif_error(not_loaded).

hold_dirty(_File) -> erlang:nif_error(not_loaded).
