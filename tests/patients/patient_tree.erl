%% Supervision trees, and processes that only say that they are in one. An application, too: patient_app.
-module(patient_tree).
-behaviour(supervisor).
-export([tree/0, big/2, nested/1, busy/0, between/0, liars/0, restarts/1, named_by/1, hostile/1]).
-export([app/0, app/1, work/1, stop/0, stop_app/1]).
-export([init/1, start/2, stop/1, worker/0, plain/0, slow/0, named/1, leaf/0, owner/0]).

%% A tree of all kinds. {Name, Pid}, the top first.
tree() ->
    [gone(N) || N <- [tree_top, tree_rest, tree_simple, tree_empty]],
    patient:started(?MODULE, named, [tree_top]),
    [{ok, _} = supervisor:start_child(tree_simple, []) || _ <- lists:seq(1, 7)],
    ok = supervisor:terminate_child(tree_rest, 3),
    [{N, whereis(N)} || N <- [tree_top, tree_rest, tree_simple, tree_empty]].

%% Those of the tree before end when they hear that its top is gone.
gone(Name) -> whereis(Name) =:= undefined orelse (erlang:yield() andalso gone(Name)).

named(Name) when is_atom(Name) -> unlinked(supervisor:start_link({local, Name}, ?MODULE, Name));
named(What) -> unlinked(supervisor:start_link(?MODULE, What)).

%% A supervisor with N children.
big(Strategy, N) ->
    Pid = patient:started(?MODULE, named, [{Strategy, N}]),
    Strategy =:= simple_one_for_one andalso [{ok, _} = supervisor:start_child(Pid, []) || _ <- lists:seq(1, N)],
    Pid.

%% N supervisors, each under the one before.
nested(N) -> patient:started(?MODULE, named, [{nested, N}]).

%% A supervisor that waits for a child to start, and so does not answer, under one that does: [Top, Hanging].
busy() ->
    Top = patient:started(?MODULE, named, [tree_over]),
    [{_, Pid, _, _}] = supervisor:which_children(Top),
    busy(Pid),
    [Top, Pid].

busy(Pid) ->
    Spec = #{id => slow, start => {?MODULE, slow, []}},
    patient:started(erlang, spawn, [fun() -> supervisor:start_child(Pid, Spec) end]),
    waiting(Pid).

waiting(Pid) ->
    case erlang:process_info(Pid, current_function) of
        {_, {?MODULE, slow, 0}} -> ok;
        _ -> erlang:yield(), waiting(Pid)
    end.

%% A supervisor that a worker started: [Top, Worker, Supervisor].
between() ->
    Top = patient:started(?MODULE, named, [tree_between]),
    [{_, Worker, _, _}] = supervisor:which_children(Top),
    Worker ! {which, self()},
    receive {which, Sup} -> [Top, Worker, Sup] end.

owner() -> {ok, proc_lib:spawn_link(fun() ->
    {ok, Sup} = supervisor:start_link(?MODULE, tree_empty),
    receive {which, Asker} -> Asker ! {which, Sup} end,
    patient:wait() end)}.

%% Processes that lie in their dictionary: a supervisor of itself, two supervisors under each other, one under a dead
%% process, one with ancestors that are none.
liars() ->
    Dead = spawn(fun() -> ok end),
    [liar([self]), liar([liar_b], liar_a), liar([liar_a], liar_b), liar([Dead]), liar(nonsense), liar([<<"no">> | dead])].

liar(Ancestors) -> liar(Ancestors, undefined).

liar(Ancestors, Name) ->
    Asker = self(),
    Pid = patient:started(proc_lib, spawn, [fun() ->
        Name =:= undefined orelse register(Name, self()),
        put('$initial_call', {supervisor, 'Elixir.Liar', 1}),
        put('$ancestors', case Ancestors of [self] -> [self()]; _ -> Ancestors end),
        Asker ! {ready, self()},
        patient:wait() end]),
    receive {ready, Pid} -> Pid end.

%% A supervisor whose child has ended N times just now, and was restarted.
restarts(N) ->
    Pid = patient:started(?MODULE, named, [tree_restarts]),
    [restart(Pid) || _ <- lists:seq(1, N)],
    Pid.

restart(Sup) ->
    [{_, Pid, _, _}] = supervisor:which_children(Sup),
    Ref = monitor(process, Pid),
    Pid ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end.

%% A supervisor of N children with long names.
named_by(N) -> patient:started(?MODULE, named, [{long, N}]).

%% A supervisor of this name, any text, with a child of another.
hostile(Name) ->
    Pid = patient:started(?MODULE, named, [{one_for_one, 1}]),
    true = register(list_to_atom(Name), Pid),
    [{_, Child, _, _}] = supervisor:which_children(Pid),
    true = register(list_to_atom(Name ++ " child"), Child),
    Pid.

%% The application patient_app, version 1.2.3, with two workers under a supervisor.
app() ->
    ok = load(patient_app, app),
    ok = application:start(patient_app).

%% An application of this name, any text, that is only loaded; or one that waits for its start.
app({loaded, Name}) -> ok = load(list_to_atom(Name), app);
app({starts, Name}) ->
    ok = load(Name, hangs),
    patient:started(erlang, spawn, [fun() -> application:start(Name) end]),
    ok.

load(Name, What) ->
    application:load({application, Name, [{description, "an application\nof patients"}, {vsn, "1.2.3"}, {modules, []},
        {registered, []}, {applications, [kernel, stdlib]}, {mod, {?MODULE, What}}]}).

%% A process of patient_app that does about N reductions, and then waits until it is ended.
work(N) ->
    [{_, Worker, _, _} | _] = supervisor:which_children(patient_app_sup),
    {_, Leader} = process_info(Worker, group_leader),
    Asker = self(),
    Pid = patient:started(erlang, spawn, [fun() ->
        group_leader(Leader, self()),
        [erlang:bump_reductions(4000) || _ <- lists:seq(1, N, 4000)],
        Asker ! {worked, self()}, patient:wait() end]),
    receive {worked, Pid} -> Pid end.

stop() -> stop_app(patient_app).

stop_app(Name) ->
    application:stop(Name),
    application:unload(Name).

start(_, hangs) -> slow();
start(_, app) -> supervisor:start_link({local, patient_app_sup}, ?MODULE, app).

stop(_) -> ok.

init(tree_top) ->
    {ok, {{one_for_one, 3, 60}, [
        child(server, patient_server, {gen_server, start_link, [patient_server, x, []]}),
        child({plain, 1}, ?MODULE, {?MODULE, plain, []}),
        child(rest, supervisor, {supervisor, start_link, [{local, tree_rest}, ?MODULE, tree_rest]}),
        child(simple, supervisor,
              {supervisor, start_link, [{local, tree_simple}, ?MODULE, {simple_one_for_one, 0}]}),
        child(none, ?MODULE, {?MODULE, leaf, []}),
        child(unnamed, supervisor, {supervisor, start_link, [?MODULE, tree_empty]}),
        child(empty, supervisor, {supervisor, start_link, [{local, tree_empty}, ?MODULE, tree_empty]})]}};
init(tree_rest) ->
    {ok, {{rest_for_one, 1, 2}, [child(I, ?MODULE, {?MODULE, worker, []}) || I <- [1, 2, 3]]}};
init(tree_between) -> {ok, {{one_for_one, 0, 1}, [child(owner, ?MODULE, {?MODULE, owner, []})]}};
init(tree_empty) -> {ok, {{one_for_all, 0, 1}, []}};
init(tree_hangs) -> {ok, {{one_for_one, 0, 1}, []}};
init(tree_over) ->
    {ok, {{one_for_one, 0, 1}, [child(hangs, supervisor, {supervisor, start_link, [?MODULE, tree_hangs]})]}};
init(tree_restarts) -> {ok, {{one_for_one, 100, 3600}, [child(1, ?MODULE, {?MODULE, worker, []})]}};
init(app) ->
    {ok, {{one_for_one, 1, 5}, [child(I, ?MODULE, {?MODULE, worker, []}) || I <- [1, 2]]}};
init({long, N}) ->
    {ok, {{one_for_one, 1, 5}, [child({I, [{K, <<K:64>>} || K <- lists:seq(1, 30)]}, ?MODULE, {?MODULE, worker, []})
                                || I <- lists:seq(1, N)]}};
init({nested, 0}) -> {ok, {{one_for_one, 1, 5}, []}};
init({nested, N}) ->
    {ok, {{one_for_one, 1, 5}, [child(next, supervisor, {supervisor, start_link, [?MODULE, {nested, N - 1}]})]}};
init({simple_one_for_one, _}) ->
    {ok, {{simple_one_for_one, 3, 60}, [child(one, ?MODULE, {?MODULE, worker, []})]}};
init({Strategy, N}) ->
    {ok, {{Strategy, 3, 60}, [child({some, I}, ?MODULE, {?MODULE, worker, []}) || I <- lists:seq(1, N)]}}.

child(Id, supervisor, Start) -> #{id => Id, start => Start, type => supervisor};
child(Id, _, Start) -> #{id => Id, start => Start}.

%% A process that waits, started as OTP's are; one that is not; a child that is not started; one that never is.
worker() -> {ok, proc_lib:spawn_link(patient, wait, [])}.
plain() -> {ok, spawn_link(patient, wait, [])}.
leaf() -> ignore.
slow() -> receive never -> ok end.

unlinked({ok, Pid}) ->
    unlink(Pid),
    {ok, Pid}.
