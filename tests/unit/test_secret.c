/* Names of secrets. */
#include "base/secret.h"

#include "unit.h"

static void knows_the_names_of_secrets(void **state)
{
	static const char *const secrets[] = {
		"password", "DB_PASSWORD_OLD", "api_key", "X-Api-Key", "apikey",
		"privateKey", "access_token", "--cookie-file", "Authorization", "p_w_d_passwd",
	};
	static const char *const others[] = { "", "name", "pass", "pass word", "key", "_" };

	(void)state;
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_true(secret_name(text_of(secrets[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(secret_name(text_of(others[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_names_of_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
