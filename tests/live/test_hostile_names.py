"""Names, labels and functions that would steer a terminal or break a file never come out as they are."""

import csv
import io
import json
import unicodedata

import pytest

# As Python has them; an atom can hold any of them.
NAMES = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1bP1$r\x1b\\", "two\nlines", "back\rover", "tab\tstop", "bell\x07",
    "nul\x00byte", "del\x7f", "csi\x9b31m", "osc\x9d0;x\x9c", "nel\x85", "line\u2028sep", "right\u202eto left",
    "isolate\u2066x\u2069", "bom\ufeff", "mark\u200f", 'quote"d', "apo'strophe", "back\\slash", "comma,semi;",
    "café", "straße", "日本語", "emoji😀", "combining e\u0301", "=1+1", "Elixir.\x1b[2J", " leading blank", "x" * 255,
    "<0.1.0>", "null", "$name", "\u00ad soft",
]
# What is left of these in valid UTF-8 is for otoscope to decide.
BYTES = ["<<255,254,0,65>>", '<<"cut", 16#e2, 16#82>>', "<<16#ed,16#a0,16#80>>", "<<27,91,51,49,109>>", "<<0>>",
         '<<"over", 16#c0, 16#80>>']

FORMATS = ["text", "json", "jsonl", "csv"]


def erlang(name):
    """The list of code points, as Erlang's source has it."""
    return "[" + ",".join(str(ord(c)) for c in name) + "]"


def harmless(data, line_ends):
    """Is it UTF-8 with nothing in it that does something to a terminal?"""
    text = data.decode()  # fails for what is not UTF-8
    for c in text:
        assert c in line_ends or unicodedata.category(c) not in ("Cc", "Zl", "Zp", "Cs"), (c, text)
        assert c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff", (c, text)
    return text


@pytest.fixture
def hostile(node):
    """{name: pid} of registered processes, and {bytes: pid} of processes with such labels."""
    named = {name: node.patient("registered", erlang(name)) for name in NAMES if name != "null"}
    labelled = {text: node.patient("started", "menagerie", "labelled", f"[{text}, 0]") for text in BYTES}
    return named, labelled


def raw(otoscope, node, *options):
    child = otoscope.start("ps", *options, node=node, text=False)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    assert err == b""
    return out


@pytest.mark.parametrize("syntax", ["erlang", "elixir"])
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_raw(node, otoscope, hostile, form, syntax):
    for ascii_only in ([], ["--ascii"]):
        out = raw(otoscope, node, "--format", form, "--syntax", syntax, *ascii_only,
                  "--columns", "pid,name,registered_name,label,initial_call,parent")
        text = harmless(out, "\r\n" if form == "csv" else "\n")
        assert not ascii_only or text.isascii()
        if form == "json":
            rows = json.loads(text)
        elif form == "jsonl":
            rows = [json.loads(line) for line in text.splitlines()]
        elif form == "csv":
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
        else:
            rows = text.split("\n")[1:-1]
        assert len(rows) >= len(NAMES) + len(BYTES)
        pids = {p for group in hostile for p in group.values()}
        shown = {row.split()[0] if form == "text" else row["pid"] for row in rows}
        assert shown >= pids, "a line for each"


def test_names_are_still_told_apart(node, otoscope, hostile):
    """What is harmless comes out as it is, what is not is still readable, and no two names look the same."""
    named, labelled = hostile
    rows = {r["pid"]: r for r in otoscope.json("ps", node=node)}
    shown = {name: rows[pid]["registered_name"] for name, pid in named.items()}
    for name in ("café", "straße", "日本語", "emoji😀", "combining e\u0301", 'quote"d', "apo'strophe", "comma,semi;",
                 "=1+1", " leading blank", "x" * 255, "<0.1.0>", "$name"):
        assert shown[name] == name
    assert "red" in shown["\x1b[31mred\x1b[0m"] and "\x1b" not in shown["\x1b[31mred\x1b[0m"]
    assert len(set(shown.values())) == len(shown)
    labels = {text: rows[pid]["label"] for text, pid in labelled.items()}
    assert None not in labels.values() and len(set(labels.values())) == len(labels)
    assert "A" in labels["<<255,254,0,65>>"] and "cut" in labels[BYTES[1]]


def test_where_finds_them(node, otoscope, hostile):
    named, _ = hostile
    for name in ("café", 'quote"d', "=1+1"):
        rows = otoscope.json("ps", "--where", f"name = {name}", "--columns", "pid", node=node)
        assert [r["pid"] for r in rows] == [named[name]]


def test_hostile_functions(node, otoscope):
    """A module and a function whose names are escape sequences, as initial call and current function. The compiler
    takes no such module, so that the name is put into what it made of another."""
    module, function = erlang("m\x1b[31m\n"), erlang("f\x9b2J'\"")
    pid = node.rpc(f"""
        M = list_to_atom({module}), F = list_to_atom({function}),
        {{ok, module1, Code}} = compile:forms([
            {{attribute, 1, module, module1}}, {{attribute, 2, export, [{{F, 0}}]}},
            {{function, 3, F, 0, [{{clause, 3, [], [],
                [{{'receive', 3, [{{clause, 3, [{{atom, 3, stop}}], [], [{{atom, 3, ok}}]}}]}}]}}]}}]),
        {{module, M}} = code:load_binary(M, "nowhere", binary:replace(Code, <<"module1">>, list_to_binary({module}))),
        patient:started(erlang, spawn, [M, F, []])""")
    node.used_patients = True
    for form in FORMATS:
        for syntax in ("erlang", "elixir"):
            out = raw(otoscope, node, "--format", form, "--syntax", syntax, "--where", f"pid = {pid}",
                      "--columns", "pid,initial_call,current_function,name")
            text = harmless(out, "\r\n" if form == "csv" else "\n")
            assert pid in text and "31m" in text and "2J" in text
    row, = otoscope.json("ps", "--where", f"pid = {pid}", "--syntax", "erlang", node=node)
    assert row["initial_call"] == row["current_function"] == row["name"]
    assert row["initial_call"].startswith("'m\\e[31m\\n':'f") and row["initial_call"].endswith("/0")
    node.clear()
    node.rpc(f"M = list_to_atom({module}), code:delete(M), code:purge(M)")


def test_on_a_terminal(node, terminal, hostile):
    """Of what goes to a terminal only the heading's colours are escape sequences."""
    t = terminal("ps", "--columns", "pid,name,label", "-n", "200", node=node, rows=90, columns=200)
    assert t.status() == 0
    data = bytes(t.raw)
    for own in (b"\x1b[1m", b"\x1b[m", b"\x1b[0m", b"\x1b[K", b"\r"):
        data = data.replace(own, b"")
    harmless(data, "\n")
