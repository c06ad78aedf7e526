/* Targets: from words to an address and a cookie, on machines made up for each case. */

#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "node/host.h"

#define BEAM "beam.smp|-sbwt|none|--|-root|/usr/lib/erlang|-bindir|/usr/lib/erlang/erts-13.1.5/bin|-progname|erl|--"
#define SHOP BEAM "|-home|/srv/shop|--|-noshell|-sname|shop"

static struct made_machine m;
static struct target t;
static struct err err;

static int make(void **state)
{
	machine_make(&m);
	machine_env(&m, "HOME=/root");
	machine_file(&m, "/root/.erlang.cookie", "OURS");
	return 0;
}

static int clear(void **state)
{
	machine_remove(&m);
	return 0;
}

#define assert_text(value, wanted) assert_text_(value, wanted, __FILE__, __LINE__)

static void assert_text_(struct text value, const char *wanted, const char *file, int line)
{
	char shown[512];

	snprintf(shown, sizeof(shown), "%.*s", TEXT_ARG(value));
	_assert_string_equal(shown, wanted, file, line);
}

static void find(const char *source)
{
	bool found = machine_find(&m, source, &t, &err);

	assert_string_equal(err.what, "");
	assert_true(found);
}

static void find_fails(const char *source, enum err_kind kind)
{
	assert_false(machine_find(&m, source, &t, &err));
	assert_int_equal(err.kind, kind);
}

/* A node with one socket, in the host's namespace. */
static void shop(int pid, const char *args, const char *env)
{
	char net[64];

	machine_process(&m, &(struct made){ .pid = pid, .args = args, .env = env, .fds = "17:3001" });
	snprintf(net, sizeof(net), "3001 40001 any %u", geteuid());
	machine_net(&m, pid, net);
}

static void another_host_costs_no_look_at_this_one(void **state)
{
	machine_env(&m, "ERL_EPMD_PORT=4999");
	find("shop@web9");
	assert_text(t.name, "shop@web9");
	assert_text(t.host, "");
	assert_text(t.cookie, "OURS");
	assert_text(t.cookie_from, "/root/.erlang.cookie");
	assert_int_equal(t.port, 0);
	assert_int_equal(t.epmd_port, 4999);
	assert_int_equal(machine_epmd_asked(), 0);
}

static void a_name_is_found_by_its_process_without_epmd(void **state)
{
	shop(71, SHOP "|-setcookie|'a b'", "");
	find("shop");
	assert_text(t.name, "shop");
	assert_text(t.host, "127.0.0.1");
	assert_int_equal(t.port, 40001);
	assert_int_equal(t.netns_pid, 0);
	assert_text(t.cookie, "'a b'"); /* quotes are part of it: the node makes an atom of the word as it stands */
	assert_text(t.cookie_from, "-setcookie of os:71");
	find("");
	assert_text(t.name, "shop@web1");
	find("shop@localhost");
	assert_text(t.name, "shop@localhost");
	find("os:71");
	assert_text(t.name, "shop@web1");
	find("shop@web1");
	find("shop@127.0.0.1");
	assert_int_equal(t.port, 40001);
}

static void with_a_cookie_given_epmd_is_enough(void **state)
{
	shop(71, SHOP, "");
	machine_env(&m, "OTOSCOPE_COOKIE=given\n");
	machine_epmd("shop:50000");
	find("shop");
	assert_int_equal(t.port, 50000); /* 40001 would come from /proc */
	assert_text(t.cookie, "given");
	assert_text(t.cookie_from, "$OTOSCOPE_COOKIE");
	machine_epmd("other:1");
	find("shop");
	assert_int_equal(t.port, 40001);
}

static void cookies_come_in_the_order_of_the_manual(void **state)
{
	shop(71, SHOP, "HOME=/wrong|RELEASE_ROOT=/app");
	machine_file(&m, "/proc/71/root/srv/shop/.config/erlang/.erlang.cookie", "ITS-XDG\n");
	find("shop");
	assert_text(t.cookie, "ITS-XDG");
	machine_file(&m, "/proc/71/root/srv/shop/.erlang.cookie", "ITS-HOME\n");
	find("shop");
	assert_text(t.cookie, "ITS-HOME");
	assert_text(t.cookie_from, "/srv/shop/.erlang.cookie of os:71");
	machine_file(&m, "/proc/71/root/app/releases/COOKIE", "ITS-RELEASE");
	find("shop");
	assert_text(t.cookie, "ITS-RELEASE");
	machine_env(&m, "OTOSCOPE_COOKIE=VARIABLE");
	find("shop");
	assert_text(t.cookie, "VARIABLE");
	machine_file(&m, "/secret", "FILE\r\n");
	m.options.cookie_file = "/secret";
	find("shop");
	assert_text(t.cookie, "FILE");
	assert_text(t.cookie_from, "--cookie-file /secret");
}

static void a_release_has_its_cookie_in_three_places(void **state)
{
	shop(71, BEAM "|-home|/none|--|-sname|shop|-boot|/app/releases/0.1.0/start", "RELEASE_COOKIE=R");
	find("shop");
	assert_text(t.cookie, "R");
	assert_text(t.cookie_from, "RELEASE_COOKIE of os:71");
	machine_file(&m, "/proc/71/environ", "");
	machine_file(&m, "/proc/71/root/app/releases/COOKIE", "B");
	find("shop");
	assert_text(t.cookie, "B");
	machine_file(&m, "/proc/71/environ", "RELEASE_ROOT=/rel");
	machine_file(&m, "/proc/71/root/rel/releases/COOKIE", "V");
	find("shop");
	assert_text(t.cookie, "V");
}

static void without_a_home_passwd_tells_it(void **state)
{
	char passwd[128];

	shop(71, "beam.smp|--|-root|/r|--|-sname|shop", "");
	snprintf(passwd, sizeof(passwd), "broken\nx:x:%u:0::/srv/shop:/bin/sh\n", geteuid());
	machine_file(&m, "/proc/71/root/etc/passwd", passwd);
	machine_file(&m, "/proc/71/root/srv/shop/.erlang.cookie", "PW");
	find("shop");
	assert_text(t.cookie, "PW");
}

static void two_cookies_on_the_command_line_are_none(void **state)
{
	shop(71, SHOP "|-setcookie|a|-setcookie|b", "");
	machine_file(&m, "/proc/71/root/srv/shop/.erlang.cookie", "HOME");
	find("shop");
	assert_text(t.cookie, "HOME");
}

static void a_cookie_for_another_node_is_not_its_own(void **state)
{
	shop(71, SHOP "|-setcookie|db@web1|other|-setcookie|mine", "");
	find("shop");
	assert_text(t.cookie, "mine");
}

static void a_cookie_file_that_was_named_must_be_one(void **state)
{
	m.options.cookie_file = "/nowhere";
	find_fails("shop@web9", ERR_SYSTEM);
	assert_string_equal(err.what, "cannot read the cookie file '/nowhere': No such file or directory");
	machine_file(&m, "/two", "one\ntwo\n");
	m.options.cookie_file = "/two";
	find_fails("shop@web9", ERR_FORMAT);
	machine_file(&m, "/empty", "\n");
	m.options.cookie_file = "/empty";
	find_fails("shop@web9", ERR_FORMAT);
}

static void no_cookie_is_refused_with_a_hint(void **state)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/root/.erlang.cookie", m.root);
	unlink(path);
	find_fails("shop@web9", ERR_REFUSED);
	assert_non_null(strstr(err.hint, "--cookie-file"));
	machine_file(&m, "/root/.config/erlang/.erlang.cookie", "XDG");
	find("shop@web9");
	assert_text(t.cookie, "XDG");
	machine_env(&m, "XDG_CONFIG_HOME=/cfg");
	machine_file(&m, "/cfg/erlang/.erlang.cookie", "CFG");
	find("shop@web9");
	assert_text(t.cookie, "CFG");
}

static void a_link_leads_nowhere_but_inside_its_root(void **state)
{
	shop(71, SHOP, "");
	machine_file(&m, "/etc/secret", "HOST");
	machine_file(&m, "/proc/71/root/etc/secret", "INSIDE");
	machine_link(&m, "/proc/71/root/srv/shop/.erlang.cookie", "/etc/secret");
	find("shop");
	assert_text(t.cookie, "INSIDE");
}

static void a_file_that_its_user_could_not_read_is_not_read_for_it(void **state)
{
	char path[128];

	if (geteuid() != 0)
		skip();
	machine_process(&m, &(struct made){ .pid = 71, .args = SHOP, .uid = 1234, .fds = "17:3001" });
	machine_net(&m, 71, "3001 40001 any 1234");
	machine_file(&m, "/proc/71/root/srv/shop/.erlang.cookie", "ROOTS");
	snprintf(path, sizeof(path), "%s/proc/71/root/srv/shop/.erlang.cookie", m.root);
	assert_int_equal(chmod(path, 0400), 0);
	find("shop");
	assert_text(t.cookie, "OURS");
	assert_int_equal(chown(path, 1234, 1234), 0);
	find("shop");
	assert_text(t.cookie, "ROOTS");
}

static void a_container_is_entered_by_its_process(void **state)
{
	char net[64];

	machine_process(&m, &(struct made){ .pid = 71, .args = SHOP, .env = "HOSTNAME=c0ffee", .net = "container",
					    .fds = "17:3001" });
	snprintf(net, sizeof(net), "3001 40001 any %u", geteuid());
	machine_net(&m, 71, net);
	machine_file(&m, "/proc/71/root/srv/shop/.erlang.cookie", "INNER");
	machine_epmd("shop:9999"); /* a namesake of the host's epmd */
	find("os:71");
	assert_text(t.name, "shop@c0ffee");
	assert_text(t.cookie, "INNER");
	assert_int_equal(t.netns_pid, 71);
	assert_int_equal(t.port, 40001);
	assert_int_equal(machine_epmd_asked(), 0);
	machine_epmd(NULL);
	find("shop");
	assert_int_equal(t.netns_pid, 71);
}

static void in_doubt_the_port_mapper_of_the_container_is_asked(void **state)
{
	char net[128];

	machine_process(&m, &(struct made){ .pid = 71, .args = SHOP, .net = "container",
					    .fds = "17:3001 18:3002" });
	snprintf(net, sizeof(net), "3001 40001 any %u\n3002 40002 any %u", geteuid(), geteuid());
	machine_net(&m, 71, net);
	machine_epmd("shop:40002");
	find("os:71");
	assert_int_equal(t.port, 40002);
	assert_int_equal(machine_epmd_netns(), 71);
}

static void namesakes_are_told_apart_by_process(void **state)
{
	char net[128];

	shop(71, SHOP, "");
	machine_process(&m, &(struct made){ .pid = 72, .args = SHOP, .fds = "17:3002" });
	machine_process(&m, &(struct made){ .pid = 73, .args = SHOP, .net = "container", .fds = "17:3003" });
	snprintf(net, sizeof(net), "3003 40003 any %u", geteuid());
	machine_net(&m, 73, net);
	snprintf(net, sizeof(net), "3001 40001 any %u", geteuid());
	machine_net(&m, 72, net);
	find("shop"); /* 72 listens on nothing, 73 is elsewhere */
	assert_int_equal(t.port, 40001);
	snprintf(net, sizeof(net), "3001 40001 any %u\n3002 40002 any %u", geteuid(), geteuid());
	machine_net(&m, 71, net);
	machine_net(&m, 72, net);
	find_fails("shop", ERR_USAGE);
	assert_non_null(strstr(err.hint, "os:71"));
	assert_non_null(strstr(err.hint, "os:72"));
	assert_null(strstr(err.hint, "os:73"));
	find("os:73");
	assert_int_equal(t.port, 40003);
	machine_epmd("shop:40002");
	find("shop");
	assert_text(t.cookie, "OURS");
	assert_int_equal(t.port, 40002);
	assert_int_equal(t.netns_pid, 0);
}

static void a_published_port_mapper_tells_of_a_container(void **state)
{
	char net[64];

	machine_process(&m, &(struct made){ .pid = 73, .args = SHOP "|-setcookie|its", .net = "container",
					    .fds = "17:3003" });
	snprintf(net, sizeof(net), "3003 40003 any %u", geteuid());
	machine_net(&m, 73, net);
	machine_epmd("shop:40003");
	find("shop");
	assert_text(t.cookie, "its");
	assert_int_equal(t.netns_pid, 73);
	machine_epmd("shop:40004");
	find("shop");
	assert_text(t.cookie, "OURS");
	assert_int_equal(t.netns_pid, 0);
	assert_int_equal(t.port, 40004);
}

static void nothing_named_means_the_only_node(void **state)
{
	find_fails("", ERR_USAGE);
	assert_non_null(strstr(err.what, "no Erlang node"));
	machine_process(&m, &(struct made){ .pid = 60, .args = BEAM "|-home|/x|--|-noshell" });
	find_fails("", ERR_USAGE);
	assert_non_null(strstr(err.hint, "os:60"));
	shop(71, SHOP, "");
	find("");
	assert_int_equal(t.port, 40001);
	machine_epmd("shop:40001 db:9100");
	find_fails("", ERR_USAGE);
	assert_string_equal(err.what, "2 nodes run on this host: which one?");
	assert_string_equal(err.hint, "give one of: shop@web1 (os:71), db");
}

static void somebodys_remote_shell_is_not_meant(void **state)
{
	char net[128];

	shop(71, SHOP, "");
	machine_process(&m, &(struct made){ .pid = 72, .args = BEAM "|-home|/x|--|-sname|me|-hidden|-remsh|shop",
					    .fds = "17:3002" });
	machine_process(&m, &(struct made){ .pid = 73, .args = BEAM "|-home|/x|--|-sname|me2|-extra|--remsh|shop",
					    .fds = "17:3002" });
	snprintf(net, sizeof(net), "3001 40001 any %u\n3002 40002 any %u", geteuid(), geteuid());
	machine_net(&m, 71, net);
	machine_net(&m, 72, net);
	machine_net(&m, 73, net);
	find("");
	assert_text(t.name, "shop@web1");
}

static void a_node_that_is_not_there_names_those_that_are(void **state)
{
	find_fails("shop", ERR_CONNECT);
	assert_string_equal(err.hint, "no Erlang node runs on this host, and no epmd either");
	shop(71, SHOP, "");
	machine_epmd("db:9100 b\x1b" "d:9101");
	find_fails("cart", ERR_CONNECT);
	assert_string_equal(err.what, "no node 'cart' on this host");
	assert_string_equal(err.hint, "nodes here: shop@web1 (os:71), db");
}

static void a_process_that_is_no_node_says_why(void **state)
{
	machine_process(&m, &(struct made){ .pid = 60, .args = "bash|-l", .exe = "/bin/bash" });
	machine_process(&m, &(struct made){ .pid = 61, .args = BEAM "|-home|/x|--|-noshell", .fds = "9:7" });
	machine_process(&m, &(struct made){ .pid = 62, .args = SHOP });
	machine_process(&m, &(struct made){ .pid = 63, .args = SHOP "|-dist_listen|false" });
	machine_process(&m, &(struct made){ .pid = 64, .args = BEAM "|--", .uid = 77, .closed = true });
	machine_net(&m, 61, "7 8080 any 0");
	find_fails("os:60", ERR_CONNECT);
	assert_string_equal(err.what, "process 60 is not an Erlang node");
	find_fails("os:59", ERR_CONNECT);
	assert_string_equal(err.what, "there is no process 59");
	find_fails("os:61", ERR_CONNECT);
	assert_string_equal(err.what, "os:61 is an Erlang VM but not a distributed node");
	find_fails("os:62", ERR_CONNECT);
	assert_non_null(strstr(err.what, "listens on no port"));
	find_fails("os:63", ERR_CONNECT);
	assert_non_null(strstr(err.what, "takes no connections"));
	find_fails("os:64", ERR_SYSTEM);
	assert_non_null(strstr(err.hint, "needs the same user or root"));
	find_fails("os:x", ERR_USAGE);
	find_fails("os:", ERR_USAGE);
	find_fails("os:-1", ERR_USAGE);
	find_fails("os:99999999999", ERR_USAGE);
}

static void words_that_are_no_name_are_refused(void **state)
{
	find_fails("@web1", ERR_USAGE);
	find_fails("shop@", ERR_USAGE);
	find_fails("sh op", ERR_USAGE);
	find_fails("sh\x1b[1mop", ERR_USAGE);
	assert_null(strchr(err.what, '\x1b'));
}

static void somebody_elses_node_is_found_by_epmd(void **state)
{
	machine_process(&m, &(struct made){ .pid = 71, .args = SHOP, .uid = 77, .closed = true });
	machine_epmd("shop:40007");
	find("shop");
	assert_int_equal(t.port, 40007);
	assert_text(t.cookie, "OURS");
	find("os:71");
	assert_int_equal(t.port, 40007);
}

static void a_port_needs_no_search(void **state)
{
	m.options.port = 40001;
	find("");
	assert_text(t.cookie, "OURS");
	assert_int_equal(t.port, 40001);
	shop(71, SHOP "|-setcookie|its", "");
	find("");
	assert_text(t.cookie, "its");
	assert_text(t.name, "shop@web1");
	m.options.port = 40002;
	find("shop"); /* another one's port: not its cookie */
	assert_text(t.cookie, "OURS");
	m.options.port = 0;
	machine_env(&m, "ERL_DIST_PORT=40005");
	find("shop@web9");
	assert_int_equal(t.port, 40005);
	m.options.host = "127.0.0.1"; /* a forwarded port */
	find("shop@web9");
	assert_text(t.host, "127.0.0.1");
	assert_text(t.cookie, "OURS");
}

static void another_host_needs_a_name_or_a_port(void **state)
{
	m.options.host = "10.0.0.9";
	find_fails("", ERR_USAGE);
	find("shop");
	assert_text(t.host, "10.0.0.9");
	assert_int_equal(machine_epmd_asked(), 0);
}

static void a_node_started_later_has_its_name_from_epmd(void **state)
{
	shop(71, BEAM "|-home|/srv/shop|--|-noshell", "RELEASE_NODE=late@web1.example.org");
	find_fails("late", ERR_CONNECT);
	machine_epmd("late:40001");
	find("late");
	assert_int_equal(t.port, 40001);
	find("os:71");
	assert_text(t.name, "late@web1.example.org");
}

static void tls_is_seen(void **state)
{
	shop(71, SHOP "|-proto_dist|inet6_tls", "");
	find("shop");
	assert_true(t.tls);
}

static void helpers_are_no_nodes(void **state)
{
	struct local_node *nodes;
	size_t n;

	machine_process(&m, &(struct made){ .pid = 61, .args = "erl_child_setup|1024",
					    .exe = "/usr/lib/erlang/erts-13/bin/erl_child_setup" });
	machine_process(&m, &(struct made){ .pid = 62, .args = "epmd|-daemon", .exe = "/usr/bin/epmd" });
	machine_process(&m, &(struct made){ .pid = 63, .args = "run_erl|/tmp/p|/tmp/l|exec erl -- -root /x",
					    .exe = "/usr/bin/run_erl" });
	machine_process(&m, &(struct made){ .pid = 64, .args = "strace|-f|/x/beam.smp|--|-root|/r|--|-sname|shop",
					    .exe = "/usr/bin/strace" });
	machine_process(&m, &(struct made){ .pid = 65, .args = "", .exe = "beam.smp" });
	machine_process(&m, &(struct made){ .pid = 66, .args = "vim|beam.smp|--", .exe = "/usr/bin/vim" });
	assert_true(local_nodes(&m.machine, &m.options, &m.arena, &nodes, &n, &err));
	assert_int_equal(n, 0);
	machine_process(&m, &(struct made){ .pid = 67, .args = "myapp|--|-root|/app|--|-home|/h|--|-sname|x",
					    .exe = "/app/erts-15.2/bin/myapp" });
	assert_true(local_nodes(&m.machine, &m.options, &m.arena, &nodes, &n, &err));
	assert_int_equal(n, 1);
	assert_text(nodes[0].name, "x@web1");
	assert_text(nodes[0].release, "27");
}

static void local_nodes_tell_all_that_is_known(void **state)
{
	struct local_node *nodes;
	size_t n;

	shop(71, SHOP "|-proto_dist|inet_tls", "");
	machine_file(&m, "/proc/71/root/usr/lib/erlang/releases/start_erl.data", "13.1.5 25\n");
	machine_file(&m, "/proc/71/root/usr/lib/erlang/releases/25/OTP_VERSION", "25.2.3\n");
	machine_process(&m, &(struct made){ .pid = 72, .args = SHOP, .uid = 77, .closed = true });
	machine_epmd("shop:40001 db:9100");
	assert_true(local_nodes(&m.machine, &m.options, &m.arena, &nodes, &n, &err));
	assert_int_equal(n, 3);
	for (size_t i = 0; i < 2; i++) {
		const struct local_node *l = &nodes[i];

		assert_text(l->name, "shop@web1");
		assert_text(l->release, "25");
		assert_int_equal(l->started_wall_ns, 1700000000000000000 + 12345 * (1000000000 / sysconf(_SC_CLK_TCK)));
		assert_int_equal(l->readable, l->os_pid == 71);
		assert_int_equal(l->tls, l->os_pid == 71);
		assert_false(l->other_namespace);
		assert_true(l->cookie);
	}
	assert_text(nodes[2].name, "db");
	assert_int_equal(nodes[2].os_pid, 0);
	assert_int_equal(nodes[2].port, 9100);
}

static void hostile_processes_do_no_harm(void **state)
{
	static char big[1 << 21];
	struct local_node *nodes;
	size_t n;

	memset(big, 'x', sizeof(big));
	memcpy(big, "beam.smp\0--\0-root\0/r\0--\0-sname\0a\x1b[31m\0-home\0/\x1b\0", 46);
	machine_process(&m, &(struct made){ .pid = 71, .args = "x", .fds = "x:y 1:99999999999999999999 2:" });
	machine_bytes(&m, "/proc/71/cmdline", big, sizeof(big));
	machine_bytes(&m, "/proc/71/net/tcp", big, sizeof(big));
	machine_bytes(&m, "/proc/71/stat", big, sizeof(big));
	machine_bytes(&m, "/proc/71/status", big, sizeof(big));
	machine_bytes(&m, "/proc/71/environ", big, sizeof(big));
	assert_true(local_nodes(&m.machine, &m.options, &m.arena, &nodes, &n, &err));
	assert_int_equal(n, 1);
	assert_text(nodes[0].name, "");
	assert_int_equal(nodes[0].started_wall_ns, 0);
}

/* Rather no list than one that lacks nodes without a word. */
static void too_few_descriptors_are_no_short_list(void **state)
{
	struct rlimit before, few;
	struct local_node *nodes;
	size_t n;

	for (int pid = 71; pid < 91; pid++)
		shop(pid, SHOP, "");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){ .rlim_cur = 24, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);

	bool all = local_nodes(&m.machine, &m.options, &m.arena, &nodes, &n, &err);

	setrlimit(RLIMIT_NOFILE, &before);
	assert_false(all);
	assert_int_equal(err.kind, ERR_SYSTEM);
	assert_non_null(strstr(err.what, "Too many open files"));
	assert_true(local_nodes(&m.machine, &m.options, &m.arena, &nodes, &n, &err));
	assert_int_equal(n, 20);
}

static void names_that_epmd_knows_are_known(void **state)
{
	machine_epmd("shop:1");
	assert_true(target_known(&m.machine, &m.options, TEXT("shop")));
	assert_false(target_known(&m.machine, &m.options, TEXT("sho")));
	assert_false(target_known(&m.machine, &m.options, TEXT("")));
}

static void a_node_completes_its_name_as_it_would_itself(void **state)
{
	struct text none = { 0 };

	assert_text(host_part(TEXT("web1.x.org"), false, none, none, &m.arena), "web1");
	assert_text(host_part(TEXT("web1.x.org"), true, none, none, &m.arena), "web1.x.org");
	assert_text(host_part(TEXT("web1"), true, TEXT("search a.org b.org\n"), none, &m.arena), "web1.a.org");
	assert_text(host_part(TEXT("web1"), true, TEXT("# search a\n"),
			      TEXT("127.0.0.1 localhost\n10.0.0.1\tweb1.c.org web1 # web1.d.org\n"), &m.arena),
		    "web1.c.org");
	assert_text(host_part(TEXT("web1"), true, none, none, &m.arena), "web1");
}

static void this_host_has_several_names(void **state)
{
	machine_file(&m, "/etc/hosts", "127.0.1.1 web1.intern\n10.9.9.9 db\n");
	assert_true(host_is_here(&m.machine, TEXT("web1"), &m.arena));
	assert_true(host_is_here(&m.machine, TEXT("127.3.2.1"), &m.arena));
	assert_true(host_is_here(&m.machine, TEXT("::1"), &m.arena));
	assert_true(host_is_here(&m.machine, TEXT("localhost"), &m.arena));
	assert_true(host_is_here(&m.machine, TEXT("web1.intern"), &m.arena));
	assert_false(host_is_here(&m.machine, TEXT("db"), &m.arena));
	assert_false(host_is_here(&m.machine, TEXT("10.1.1.1"), &m.arena));
	assert_false(host_is_here(&m.machine, TEXT(""), &m.arena));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(another_host_costs_no_look_at_this_one),
		CASE(a_name_is_found_by_its_process_without_epmd),
		CASE(with_a_cookie_given_epmd_is_enough),
		CASE(cookies_come_in_the_order_of_the_manual),
		CASE(a_release_has_its_cookie_in_three_places),
		CASE(without_a_home_passwd_tells_it),
		CASE(two_cookies_on_the_command_line_are_none),
		CASE(a_cookie_for_another_node_is_not_its_own),
		CASE(a_cookie_file_that_was_named_must_be_one),
		CASE(no_cookie_is_refused_with_a_hint),
		CASE(a_link_leads_nowhere_but_inside_its_root),
		CASE(a_file_that_its_user_could_not_read_is_not_read_for_it),
		CASE(a_container_is_entered_by_its_process),
		CASE(in_doubt_the_port_mapper_of_the_container_is_asked),
		CASE(namesakes_are_told_apart_by_process),
		CASE(a_published_port_mapper_tells_of_a_container),
		CASE(nothing_named_means_the_only_node),
		CASE(somebodys_remote_shell_is_not_meant),
		CASE(a_node_that_is_not_there_names_those_that_are),
		CASE(a_process_that_is_no_node_says_why),
		CASE(words_that_are_no_name_are_refused),
		CASE(somebody_elses_node_is_found_by_epmd),
		CASE(a_port_needs_no_search),
		CASE(another_host_needs_a_name_or_a_port),
		CASE(a_node_started_later_has_its_name_from_epmd),
		CASE(tls_is_seen),
		CASE(helpers_are_no_nodes),
		CASE(local_nodes_tell_all_that_is_known),
		CASE(hostile_processes_do_no_harm),
		CASE(too_few_descriptors_are_no_short_list),
		CASE(names_that_epmd_knows_are_known),
		CASE(a_node_completes_its_name_as_it_would_itself),
		CASE(this_host_has_several_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
