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
    ran = []
    for example in examples("coming-from.md"):
        words = [shop.name if word == NODE else word for word in shlex.split(example)]
        ran.append(otoscope(*words[1:], env={"OTOSCOPE_COOKIE": shop.cookie, "ERL_EPMD_PORT": str(shop.farm.epmd_port)},
                            check=None))
    assert [r for r in ran if r.status != 0 or not (r.stdout or "record" in r.argv or "snapshot" in r.argv)] == []
    assert len(ran) > 50  # the document was read
