"""The examples of doc/coming-from.md work, on every release."""

import os
import re
import shlex

import program

NODE = "shop@web1"


def examples(document):
    """The otoscope commands that stand in backticks in a document, in its order."""
    with open(os.path.join(program.ROOT, "doc", document), encoding="utf-8") as f:
        return re.findall(r"`(otoscope [^`]+)`", f.read())


def test_every_example(start_node, otoscope, release):
    """In the order of the document: what one writes another may read."""
    shop = start_node(release)
    shop.rpc("application:ensure_all_started(mnesia)")
    shop.patient("server", "prices", "[{tea, 3}]")
    shop.patient("table", "prices", 10)
    shop.rpc("till:start()")
    ran = []
    for example in examples("coming-from.md"):
        words = [shop.name if word == NODE else word for word in shlex.split(example)]
        ran.append(otoscope(*words[1:], env={"OTOSCOPE_COOKIE": shop.cookie, "ERL_EPMD_PORT": str(shop.farm.epmd_port)},
                            check=None))
    assert [r for r in ran if r.status != 0 or not (r.stdout or "record" in r.argv or "snapshot" in r.argv)] == []
    assert len(ran) > 50  # the document was read


def typed(document):
    """What stands there to be typed on the command line of the screens: `:sort memory`."""
    with open(os.path.join(program.ROOT, "doc", document), encoding="utf-8") as f:
        return re.findall(r"`:([^`\n|]+)`", between(f.read()))


def between(text):
    return text[text.index("## observer_cli, on the screens"):text.index("## A remote shell")]


def test_what_is_typed_on_the_screens(start_node, otoscope, release):
    """One after the other, as it stands there: a word that means nothing would be told in the place of the keys."""
    shop = start_node(release)
    shop.rpc("application:ensure_all_started(mnesia)")
    shop.patient("server", "prices", "[{tea, 3}]")
    shop.patient("table", "prices", 10)
    words = typed("coming-from.md")
    script = "size 220x50\nwait\n"
    for word in words:
        script += f"key :\ntype {word}\nkey <enter>\n" + ("wait 1 info\n" if word.startswith("go ") else "wait\n")
        script += "screen\nkey <esc>\n" if word.startswith(("help", "chart")) else "screen\n"
    done = otoscope("top", "--script", "-", node=shop, input=script, timeout=program.TIMEOUT * 4)
    screens = done.stdout.split("\n--\n")[:-1]
    assert len(screens) == len(words) > 50
    wrong = {word: screen.split("\n")[-1] for word, screen in zip(words, screens)
             if not re.search(r"q quit|interval = ", screen.split("\n")[-1])}
    assert not wrong
