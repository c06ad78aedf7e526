"""environment: what the node was started with, and none of its secrets."""

import pytest

SECRET = "hunter2"
VARIABLES = {
    "PLAIN": "a=b c",
    "EMPTY": "",
    "UNICODE": "Zoë ☃",
    "HOSTILE": "\x1b[31mred\nline",
    "MYAPP_PASSWORD": SECRET,
    "SECRET_KEY_BASE": SECRET * 8,
    "STRIPE_KEY": SECRET,
    "DATABASE_URL": f"postgres://app:{SECRET}@db:5432/shop?sslmode=require",
    "BROKERS": f"amqp://a:{SECRET}@h1,amqp://b:x/{SECRET}@h2",
    "CONFIG": '{"user": "me", "api_key": "%s"}' % SECRET,
    "HEADERS": f"Authorization: Bearer {SECRET}",
    "RELEASE_COOKIE": SECRET,
    "LONG": "x" * 5000,
    "LONG_URL": "y" * 4060 + f" postgres://app:{SECRET}-and-a-long-password@db",
}
SHOWN = {
    "PLAIN": "a=b c",
    "EMPTY": "",
    "UNICODE": "Zoë ☃",
    "HOSTILE": "\\e[31mred\\nline",
    "MYAPP_PASSWORD": "[redacted]",
    "SECRET_KEY_BASE": "[redacted]",
    "STRIPE_KEY": "[redacted]",
    "DATABASE_URL": "postgres://[redacted]@db:5432/shop?sslmode=require",
    "BROKERS": "amqp://[redacted]@h2",
    "CONFIG": '{"user": "me", "api_key": [redacted]}',
    "HEADERS": "Authorization: [redacted]",
    "RELEASE_COOKIE": "[redacted]",
    "LONG": "x" * (4097 - len("LONG=")) + "...",
    "LONG_URL": "y" * 4060 + " postgres://[redacted]...",
}
ARGUMENTS = ["-setcookie", SECRET + "cookie", "-myapp", "password", f'"{SECRET}"', "-myapp", "port", "80",
             "-ssl_dist_opt", "server_password", SECRET, "+P", "5000", "+Q", "2000", "-db", f"ecto://me:{SECRET}@h/x",
             f"-token={SECRET}"]


@pytest.fixture
def secretive(start_node, release):
    return start_node(release, cookie=SECRET + "cookie", args=ARGUMENTS, env=VARIABLES)


def test_all_that_the_node_tells(secretive, otoscope):
    rows = otoscope.json("environment", node=secretive)
    variables = {r["name"]: r["value"] for r in rows if r["kind"] == "variable"}
    truth = dict(v.split("=", 1) for v in secretive.rpc("[unicode:characters_to_binary(V) || V <- os:getenv()]"))
    assert variables == {**truth, **SHOWN}

    arguments = [(r["name"], r["value"]) for r in rows if r["kind"] == "argument"]
    truth = secretive.rpc("[{F, unicode:characters_to_binary(lists:join(\" \", V))} || {F, V} <- init:get_arguments()]")
    masked = {"setcookie": "[redacted]", "db": "ecto://[redacted]@h/x", "ssl_dist_opt": "server_password [redacted]"}
    truth = [(name.replace(SECRET, "[redacted]"), value) for name, value in truth]
    assert arguments == [(name, "password [redacted]" if "password" in value and name == "myapp" else
                          masked.get(name, value)) for name, value in truth]
    emulator = {r["name"]: r["value"] for r in rows if r["kind"] == "emulator"}
    assert emulator["+P"] == "5000" and emulator["+Q"] == "2000" and emulator["+sbwt"] == "none"
    limits = {r["name"]: r["value"] for r in rows if r["kind"] == "limit"}
    with open(f"/proc/{secretive.pid}/limits") as f:
        files = [line.split() for line in f if line.startswith("Max open files")][0]
    assert limits["Max open files"] == f"{files[3]} of at most {files[4]} files" and len(limits) >= 16
    script = secretive.rpc("list_to_binary(element(1, init:script_id()))")
    assert [r["name"] for r in rows if r["kind"] == "boot"] == [script]


@pytest.mark.parametrize("format", ["text", "json", "jsonl", "csv"])
def test_no_secret_is_seen(secretive, otoscope, format):
    """Not its beginning either, whatever way it is asked for."""
    for args in ([], ["--columns", "value"], ["--where", f"value ~ {SECRET[:4]}"], ["--sort", "value"]):
        done = otoscope("environment", *args, "--format", format, node=secretive)
        assert SECRET[:4] not in done.stdout + done.stderr


def test_extra_arguments_and_many_variables(start_node, release, otoscope):
    many = {f"VARIABLE_{i}": "v" * 50 for i in range(1000)}
    node = start_node(release, env=many)
    rows = otoscope.json("environment", "--where", "name ~ ^VARIABLE_", node=node)
    assert {r["name"]: r["value"] for r in rows} == many
