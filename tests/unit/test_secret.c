/* Names of secrets. */
#include "base/secret.h"

#include "unit.h"

#include <string.h>

static void knows_the_names_of_secrets(void **state)
{
	static const char *const secrets[] = {
		"password", "DB_PASSWORD_OLD", "api_key", "X-Api-Key", "apikey",
		"privateKey", "access_token", "--cookie-file", "Authorization", "p_w_d_passwd",
	};
	static const char *const others[] = { "", "name", "pass", "pass word", "key", "_" };

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_true(secret_name(text_of(secrets[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(secret_name(text_of(others[i])));
}

static void knows_the_names_of_secret_settings(void **state)
{
	static const char *const secrets[] = {
		"RELEASE_COOKIE", "DB_PASS", "PGPASSWORD", "MYSQL_PWD", "STRIPE_KEY",
		"SECRET_KEY_BASE", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "NPM_AUTH",
		"setcookie", "dbAuth", "smtp-pass", "encryptionKey", "JWT", "GH_PAT", "HASH_SALT",
		"dbpass", "server_password", "GITHUB_TOKEN", "api.key", "key",
	};
	static const char *const others[] = {
		"PWD", "OLDPWD", "PATH", "HOME", "KEYBOARD", "MONKEY", "AUTHOR", "PINE", "",
		"_", "LANG", "ERL_FLAGS", "DATABASE_URL", "kernel", "pa", "OTP_VERSION", "=",
	};

	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (!secret_setting(text_of(secrets[i])))
			fail_msg("%s is no secret", secrets[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (secret_setting(text_of(others[i])))
			fail_msg("%s is a secret", others[i]);
}

/* The secret in each is hunter2, and nothing of it may be seen. */
static void masks_secrets_in_settings(void **state)
{
	static const char *const cases[][3] = {
		{ "DB_PASSWORD", "hunter2", "[redacted]" },
		{ "DB_PASSWORD", "", "" },
		{ "X", "postgres://app:hunter2@db:5432/shop",
		  "postgres://[redacted]@db:5432/shop" },
		{ "X", "postgres://hunter2@db/shop", "postgres://[redacted]@db/shop" },
		{ "X", "postgres://app:p@hunter2@db", "postgres://[redacted]@db" },
		{ "X", "postgres://app:hun/ter2@db", "postgres://[redacted]@db" },
		{ "X", "postgres://app:hun#ter2?@db", "postgres://[redacted]@db" },
		{ "X", "amqp://a:hunter2@h1,amqp://b:hunter2@h2 end",
		  "amqp://[redacted]@h2 end" },
		{ "X", "see http://h/p and redis://:hunter2@h",
		  "see http://h/p and redis://[redacted]@h" },
		{ "X", "https://h/hook?token=hunter2&x=1",
		  "https://h/hook?token=[redacted]&x=1" },
		{ "X", "-sname a -setcookie hunter2 +P 9", "-sname a -setcookie [redacted] +P 9" },
		{ "X", "-setcookie   'hunter2 x' -a", "-setcookie   [redacted] -a" },
		{ "X", "--password=hunter2 -v", "--password=[redacted] -v" },
		{ "X", "-ssl_dist_opt server_password hunter2",
		  "-ssl_dist_opt server_password [redacted]" },
		{ "X", "{\"password\":\"hunter2\",\"user\":\"me\"}",
		  "{\"password\":[redacted],\"user\":\"me\"}" },
		{ "X", "{\"password\": \"hun\\\"ter2\"}", "{\"password\": [redacted]}" },
		{ "X", "[{password,\"hunter2\"},{user,\"me\"}]",
		  "[{password,[redacted]},{user,\"me\"}]" },
		{ "X", "[{password, <<\"hunter2\">>}]", "[{password, [redacted]>>}]" },
		{ "X", "%{secret: \"hunter2\"}", "%{secret: [redacted]}" },
		{ "X", "%{\"secret\" => \"hunter2\"}", "%{\"secret\" => [redacted]}" },
		{ "X", "Server=h;Password=hunter2;User=me", "Server=h;Password=[redacted];User=me" },
		{ "X", "Authorization: Basic hunter2", "Authorization: [redacted]" },
		{ "X", "curl -H 'Authorization: Bearer hunter2' x",
		  "curl -H 'Authorization: [redacted] x" },
		{ "X", "Bearer hunter2", "Bearer [redacted]" },
		{ "X", "-----BEGIN RSA PRIVATE KEY-----\nhunter2", "[redacted]" },
		{ "X", "use ghp_hunter2hunter2 now", "use [redacted] now" },
		{ "X", "eyJhbGci.hunter2+/=", "[redacted]" },
		{ "X", "PGPASSWORD=hunter2 psql", "PGPASSWORD=[redacted] psql" },
		{ "X", "password hunter2", "password [redacted]" },
		{ "X", "password=", "password=" },
		{ "X", "/usr/bin:/bin", "/usr/bin:/bin" },
		{ "X", "http://h:80/p?q=1#f", "http://h:80/p?q=1#f" },
		{ "X", "net_ticktime 17", "net_ticktime 17" },
		{ "X", "me@host", "me@host" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out = { 0 };

		secret_mask(&out, text_of(cases[i][0]), text_of(cases[i][1]), false);
		assert_string_equal(buf_cstr(&out), cases[i][2]);
		assert_null(strstr(buf_cstr(&out), "ter2"));
		buf_clear(&out);
	}
}

/* Whatever is cut off, wherever: not a part of the secret is seen. */
static void masks_the_beginning_of_a_secret(void **state)
{
	static const char *const cases[] = {
		"postgres://app:hunter2@db",
		"-setcookie hunter2",
		"{\"password\": \"hunter2\"}",
		"x=1&token=hunter2",
		"Authorization: Basic hunter2",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t secret = text_find(text_of(cases[i]), TEXT("hunter2"));

		for (size_t n = secret; n <= strlen(cases[i]); n++) {
			struct buf out = { 0 };

			secret_mask(&out, TEXT("X"), text_sub(text_of(cases[i]), 0, n),
				    true);
			assert_null(strstr(buf_cstr(&out), "hu"));
			buf_clear(&out);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_names_of_secret_settings),
		cmocka_unit_test(masks_secrets_in_settings),
		cmocka_unit_test(masks_the_beginning_of_a_secret),
		cmocka_unit_test(knows_the_names_of_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
