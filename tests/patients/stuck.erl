%% Processes inside native code that does not yield: see stuck_nif.c.
-module(stuck).
-export([load/1, start/2, spin/1, spin_dirty/1]).

load(Path) -> erlang:load_nif(Path, 0).

%% A process that spins for Ms milliseconds on the last scheduler (spin) or on a dirty one (spin_dirty), and then waits.
%% Who ran there last would wait to run there again, and that could be anybody: so all are made to leave it first,
%% connections by what goes over them meanwhile.
start(How, Ms) ->
    Schedulers = erlang:system_info(schedulers),
    erlang:system_flag(schedulers_online, Schedulers - 1),
    [erlang:process_info(P, memory) || P <- processes()],
    receive after 300 -> ok end,
    erlang:system_flag(schedulers_online, Schedulers),
    spawn_opt(fun() -> ?MODULE:How(Ms), patient:wait() end, [{scheduler, Schedulers}]).

spin(_Ms) -> erlang:nif_error(not_loaded).

spin_dirty(_Ms) -> erlang:nif_error(not_loaded).
