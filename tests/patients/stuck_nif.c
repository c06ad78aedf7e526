/* A function that computes for a time without ever yielding: what bad native code does to a scheduler. */
#include <erl_nif.h>

/* One file serves all releases that the tests run on; this is the oldest one's version (OTP 23). */
#undef ERL_NIF_MINOR_VERSION
#define ERL_NIF_MINOR_VERSION 15

static ERL_NIF_TERM spin(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[])
{
	ErlNifTime until = enif_monotonic_time(ERL_NIF_MSEC);
	int ms;

	(void)argc;
	if (!enif_get_int(env, argv[0], &ms))
		return enif_make_badarg(env);
	until += ms;
	while (enif_monotonic_time(ERL_NIF_MSEC) < until)
		;
	return enif_make_atom(env, "ok");
}

static ErlNifFunc functions[] = {
	{ "spin", 1, spin, 0 },
	{ "spin_dirty", 1, spin, ERL_NIF_DIRTY_JOB_CPU_BOUND },
};

ERL_NIF_INIT(stuck, functions, NULL, NULL, NULL, NULL)
