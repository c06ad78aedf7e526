"""Finds the diseases of the demo's shop with otoscope alone: shows each command as a person would type it, what it
answered, and one sentence that follows from its JSON. Ends with status 1 when a disease was not found.
"""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap

OTOSCOPE, NODE = sys.argv[1:]
COLOURS = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

missed = []
children = []
ended = False


def style(code, text):
    return f"\x1b[{code}m{text}\x1b[0m" if COLOURS else text


def typed(words):
    """The words as they would be typed."""
    def quote(word):
        return word if all(c.isalnum() or c in "-_+.,@/:=" for c in word) else f"'{word}'"
    return " ".join(quote(w) for w in words)


def start(line, seen=False):
    """otoscope with this command line; it writes straight to our terminal when it is to be seen."""
    to = None if seen and sys.stdout.isatty() else subprocess.PIPE
    children.append(subprocess.Popen([OTOSCOPE, *line], stdin=subprocess.DEVNULL, stdout=to, stderr=to))
    if ended:
        end()
    return children[-1]


def answer(child):
    """What it wrote, when it came to its end and all was well."""
    try:
        out, err = child.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        child.kill()
        out, err = child.communicate()
    if ended:
        sys.exit(130)
    if child.returncode != 0:
        said = err.decode(errors="replace") if err else ""
        sys.exit(f"demo: otoscope {typed(child.args[1:])}: status {child.returncode}\n{said}")
    return out.decode(errors="replace") if out else ""


def parsed(*line):
    return json.loads(answer(start([*line, "--format", "json"])))


def ask(*line, whole=()):
    """Shows the command and its answer; gives the answer of the same command in JSON, asked at the same time.

    whole   what is left out of the JSON's command, so that it has all rows
    """
    print(style("1", f"$ otoscope {typed(line)}"), flush=True)
    as_json = start([word for word in line if word not in whole] + ["--format", "json"])
    as_text = start(line, seen=True)
    print(answer(as_text), end="", flush=True)
    return json.loads(answer(as_json))


def say(disease, found, sentence):
    """The finding, when it is one."""
    if found:
        print(style("1;32", textwrap.fill(f"=> {sentence}", 80, subsequent_indent="   ")), end="\n\n", flush=True)
    else:
        print(style("1;31", f"=> not found: {disease}"), end="\n\n", flush=True)
        missed.append(disease)


def end(*_):
    """Ends ourselves and what we started; a child that is being started at this moment is ended by start()."""
    global ended
    ended = True
    for child in children:
        child.kill()


def row(rows, name):
    return next((r for r in rows if r["name"] == name), None)


def number(n):
    return f"{n:,.0f}"


def megabytes(n):
    return f"{n / (1 << 20):.1f} MB"


def node_is_found():
    rows = ask("nodes")
    say("the node", row(rows, NODE), f"{NODE} runs here, and its cookie was found")


def hot_process():
    first, second = ask("ps", NODE, "--window", "1s", "--sort", "reductions_rate", "-n", "3")[:2]
    stack = ask("stack", NODE, first["name"])["stack"]
    for _ in range(10):  # a process that computes is now and then seen between two messages
        if any("handle_info" in call for call in stack):
            break
        stack = parsed("stack", NODE, first["name"])["stack"]
    calls = [call.split()[0] for call in stack if call.startswith("shop_")]
    say("the hot process", first["name"] == "shop_prices" and "shop_prices:handle_info/2" in calls and
        first["reductions_rate"] > 10 * second["reductions_rate"],
        f"{first['name']} computes all the time, below its {calls[-1] if calls else '?'}: "
        f"{number(first['reductions_rate'])} reductions a second")


def traced_calls():
    """How long its calls take. A node is traced by one at a time: the JSON is asked for behind the picture."""
    line = ["trace", NODE, "shop_prices:handle_info(Message, _)", "-n", "300", "--histogram"]
    print(style("1", f"$ otoscope {typed(line)}"), flush=True)
    print(answer(start(line, seen=True)), end="", flush=True)
    took = parsed(*line)
    say("the refreshes", sum(t["count"] for t in took) == 300 and took[0]["median_ns"] > 100_000,
        f"a refresh takes {took[0]['median_ns'] / 1e6:.0f} ms, and then the next one begins; the node itself stopped "
        f"telling us after 300 calls")


def growing_mailbox():
    top = ask("ps", NODE, "--window", "1s", "--sort", "message_queue_len_growth", "-n", "3")[0]
    say("the growing mailbox", top["name"] == "shop_mailer" and top["message_queue_len_growth"] > 0,
        f"{top['name']} has {number(top['message_queue_len'])} messages waiting, "
        f"{number(top['message_queue_len_growth'])} more after one second")


def atom_leak():
    atoms = row(ask("system", NODE, "--window", "1s", "--where", "name = atom_count"), "atom_count")
    growth = atoms["value_growth"]
    leaked = re.search(r"'req-[0-9A-Z]+'", ask("state", NODE, "shop_web")["state"])
    say("the atom leak", growth > 50 and leaked,
        f"{number(growth)} new atoms a second: shop_web makes one of each request, such as {leaked and leaked.group()};"
        f" the node dies of it in {number((atoms['limit'] - atoms['value']) / max(growth, 1) / 60)} minutes")


def growing_table():
    memory = ask("memory", NODE, "--window", "1s")
    top = ask("ets", NODE, "--window", "1s", "-n", "3")[0]
    say("the growing table", memory["growth"]["ets"] > 0 and top["name"] == "sessions" and top["memory_growth"] > 0,
        f"the ETS table sessions of {top['owner_name']} has {number(top['size'])} objects: "
        f"{megabytes(top['memory_growth'])} more after one second")


def held_binaries():
    top = ask("ps", NODE, "--sort", "binary_memory", "-n", "3", "--columns",
              "name,memory,binary_count,binary_memory")[0]
    say("the held binaries", top["name"] == "shop_thumbnails" and top["binary_memory"] > 10 * top["memory"],
        f"{top['name']} needs {megabytes(top['memory'])} itself and keeps {number(top['binary_count'])} binaries of "
        f"{megabytes(top['binary_memory'])} alive")


def idle_connections():
    idle = ask("ps", NODE, "--window", "1s", "--where", "name = shop_connection:init/1", "--where",
               "reductions_rate < 10", "-n", "3", whole=["-n", "3"])
    say("the idle connections", len(idle) >= 10_000,
        f"{number(len(idle))} connections did next to nothing in that second; together they hold "
        f"{megabytes(sum(r['memory'] for r in idle))}")


signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)

for step in (node_is_found, hot_process, traced_calls, growing_mailbox, atom_leak, growing_table, held_binaries,
             idle_connections):
    step()
if missed:
    sys.exit(f"demo: not found: {', '.join(missed)}")
