/* A function that stays in native code until a file is gone: what bad native code does to a scheduler. */
#include <unistd.h>

#include <erl_nif.h>

/* One file serves all releases that the tests run on; this is the oldest one's version (OTP 23). */
#undef ERL_NIF_MINOR_VERSION
#define ERL_NIF_MINOR_VERSION 15

static ERL_NIF_TERM hold(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
	char path[1024];

	(void)argc;
	if (enif_get_string(env, argv[0], path, sizeof(path), ERL_NIF_LATIN1) <= 0)
		return enif_make_badarg(env);
	while (access(path, F_OK) == 0)
		usleep(1000);
	return enif_make_atom(env, "ok");
}

static ErlNifFunc functions[] = {
	{ "hold", 1, hold, 0 },
	{ "hold_dirty", 1, hold, ERL_NIF_DIRTY_JOB_CPU_BOUND },
};

ERL_NIF_INIT(stuck, functions, NULL, NULL, NULL, NULL)
