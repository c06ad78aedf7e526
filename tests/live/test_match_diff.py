"""Match specifications: what src/match makes of funs, and what ms_transform of real nodes does; and whether the
specifications do what the funs do. The texts are those of match_grammar.py and match_texts.py."""

import os
import random
import re

import pytest

import match_grammar
import program
from match_diff import Matches
from match_texts import AsElixir, Elixir, Erlang, Generator, Unwritable, arguments, is_for_tables, smaller

REFERENCE = "27"


@pytest.fixture(scope="module")
def matches(farm):
    return Matches(farm)


def told(texts, differences, seed=None):
    """For a failure: the first few."""
    lines = [f"{len(differences)} differences" + (f"; --seed {seed} repeats them" if seed is not None else "")]
    lines += [f"{texts[d.number]}\n    {d!r}" for d in differences[:8]]
    return "\n".join(lines)


# Where we are not of ms_transform's mind, on purpose (doc/match.md, "Not as fun2ms"): (what it is, who compiles it, and
# what is said by who does not). Each of them happens.
ON_PURPOSE = [
    ("constants of more than 127 bits are not computed", "differ", r"\d{37}|\d{16}\.0"),
    ("lists are not joined: no release takes ++ and -- in a specification", "refused", r"'(\+\+|--)' has no place"),
    ("nothing is sent: no release takes it in a specification", "refused", r"sending has no place"),
    ("_ is no value; Erlang refuses it too, but behind ms_transform", "refused", r"'_' has no value"),
    ("patterns that Erlang refuses, but behind ms_transform", "refused", r"a pattern can't compute"),
    ("guards that emulators know and ms_transform does not", "accepted",
     r"call '(erlang:)?(ceil/1|floor/1|is_bitstring/1|is_boolean/1|is_function/2|is_integer/3|is_record/3"
     r"|tuple_size/1)'"),
]


# What no fun at random has.
RARE = [
    ("a dot behind all", "accepted", r"syntax error before: '\.'"),
]


def on_purpose(difference, seen, rules=tuple(ON_PURPOSE)):
    for name, kind, pattern in rules:
        said = difference.ours if kind == "refused" else difference.theirs  # it has what was computed
        if difference.kind == kind and re.search(pattern, said):
            seen.add(name)
            return True
    return False


def test_every_construct_is_as_on_otp_27(matches):
    texts = match_grammar.texts()
    theirs = matches.node(REFERENCE, texts)
    assert sum(kind == b"+" for kind, _ in theirs) > 6000 and sum(kind == b"-" for kind, _ in theirs) > 6000
    _, differences = matches.ours(b"e", texts, theirs)
    seen = set()
    differences = [d for d in differences if not on_purpose(d, seen, ON_PURPOSE + RARE)]
    assert not differences, told(texts, differences)
    assert seen == {name for name, _, _ in ON_PURPOSE + RARE}


# What ms_transform of other releases does not know, or writes in another way. All else is the same.
OTHERS = {
    "23": r"-0.0|byte_size|binary_part|max\(|min\(|caller_line|current_stacktrace|#\{",
    "25": r"max\(|min\(|caller_line|current_stacktrace",
    "29": r"16#1\.8",
}


@pytest.mark.parametrize("release", OTHERS)
def test_the_differences_between_releases_are_those_that_are_listed(matches, release):
    texts = [t for t in match_grammar.texts() if not re.search(r'~|"""', t)]  # literals that are new in 27
    _, differences = matches.ours(b"e", texts, matches.node(release, texts))
    _, usual = matches.ours(b"e", texts, matches.node(REFERENCE, texts))
    usual = {(d.number, d.kind) for d in usual}
    more = [d for d in differences if (d.number, d.kind) not in usual]
    wrong = [d for d in more if not re.search(OTHERS[release], texts[d.number])]
    assert not wrong, told(texts, wrong)
    assert more


def known_functions():
    """[(function with arguments, the first release that knows it)]: the tables of doc/match.md."""
    with open(os.path.join(program.ROOT, "doc", "match.md"), encoding="utf-8") as f:
        page = f.read()
    found = []
    for row in re.findall(r"^\|(.*)\| *(always|OTP \d+) *\|$", page, re.M):
        since = int(row[1][4:] or 0) if row[1] != "always" else 0
        for name, arity, args in re.findall(r"`(\w+)(?:/(\d)|\(([\w, ]*)\))`", row[0].split("|")[0]):
            count = int(arity) if arity else len(args.split(",")) if args else 0
            found.append((name, count, since))
    return found


# erlang:match_spec_test/3 of OTP 27 and 29 ends the emulator on these; real traces do not.
DEADLY_TESTS = {"enable_trace", "disable_trace", "trace"}


@pytest.mark.parametrize("release", ["23", "25", "27", "29"])
def test_releases_take_the_functions_that_the_page_says(matches, release):
    functions = known_functions()
    assert len(functions) > 55
    texts, since = [], []
    for name, count, first in functions:
        if name in DEADLY_TESTS:
            continue
        args = {"current_stacktrace": "3", "is_record": "X, rec, 4"}.get(name, ", ".join(["X", "Y", "Z"][:count]))
        texts.append(f"fun([X, Y, Z]) -> {name}({args if count else ''}) end")
        since.append(first)
    specs, _ = matches.ours(b"e", texts)
    assert [t for t, (kind, _) in zip(texts, specs) if kind != b"+"] == []
    taken = matches.escript(release, "accept", specs)
    assert [(t, k == b"+") for t, (k, _) in zip(texts, taken)] == [(t, int(release) >= s) for t, s in zip(texts, since)]


# Funs at random.

def erlang_funs(seed, count, **options):
    rng = random.Random(seed)
    calls, tables = Generator(rng, **options), Generator(rng, tables=True, **options)
    return [(tables if i % 4 == 3 else calls).fun() for i in range(count)]


def node(matches, funs, language=Erlang()):
    """What ms_transform makes of them."""
    return matches.node(REFERENCE, [language.fun(f) for f in funs], [b"t" if is_for_tables(f) else b"c" for f in funs])


def unlike(matches, funs):
    """Those of the funs, in Erlang, that differ: (texts, differences)."""
    texts = [Erlang().fun(f) for f in funs]
    _, differences = matches.ours(b"e", texts, node(matches, funs))
    seen = set()
    return texts, [d for d in differences if not on_purpose(d, seen)]


def shrink(fun, find, rounds=12):
    """The smallest fun for which find(funs) still gives a difference: (text, difference)."""
    texts, differences = find([fun])
    smallest = (texts[0], differences[0]) if differences else None
    for _ in range(rounds):
        tries = list(smaller(fun))
        texts, differences = find(tries)
        if not differences:
            break
        best = min(differences, key=lambda d: len(texts[d.number]))
        fun, smallest = tries[best.number], (texts[best.number], best)
    return smallest


def smallest_of(funs, differences, find):
    """For a failure: the first of each kind, shrunk."""
    first = {}
    for d in differences:
        first.setdefault((d.kind, re.sub(r"'[^']*'|\d+", "", d.ours if d.kind == "refused" else d.theirs)[:40]), d)
    return [shrink(funs[d.number], find) for d in list(first.values())[:5]]


def test_funs_at_random_are_as_on_otp_27(matches, seed):
    funs = erlang_funs(seed, 10000)
    texts, differences = unlike(matches, funs)
    assert sum(len(t) for t in texts) > 500000
    assert not differences, (
        f"{told(texts, differences, seed)}\nshrunk:\n"
        + "\n".join(f"{text}\n    {d!r}" for text, d in smallest_of(funs, differences, lambda f: unlike(matches, f))))


def written(funs, language):
    """(funs, texts) of those that can be written in it."""
    kept = []
    for fun in funs:
        try:
            kept.append((fun, language.fun(fun)))
        except Unwritable:
            pass
    return [f for f, _ in kept], [t for _, t in kept]


def unlike_elixir(matches, funs):
    """Those whose Elixir text does not give what ms_transform makes of the Erlang one."""
    funs, texts = written(funs, Elixir())
    _, differences = matches.ours(b"x", texts, node(matches, funs, AsElixir()))
    return texts, [d for d in differences if not on_purpose(d, set())]


def test_funs_in_elixir_are_those_in_erlang(matches, seed):
    funs, texts = written(erlang_funs(seed, 6000, both=True), Elixir())
    assert len(funs) > 4000
    texts, differences = unlike_elixir(matches, funs)
    assert not differences, (
        f"{told(texts, differences, seed)}\nshrunk:\n"
        + "\n".join(f"{text}\n    {d!r}"
                    for text, d in smallest_of(funs, differences, lambda f: unlike_elixir(matches, f))))


NEW_IN_27 = re.compile(r"\b(caller_line|current_stacktrace|max|min)\(")


def test_funs_in_elixir_are_what_elixir_makes_of_them(matches, seed):
    funs = [f for f in erlang_funs(seed, 3000, both=True) if f[0][0][0] in ("list", "tuple")]
    funs, texts = written(funs, Elixir())
    texts = [t for t in texts if not NEW_IN_27.search(t)]
    theirs = matches.elixir(texts)
    assert sum(kind == b"=" for kind, _ in theirs) > 1000
    _, differences = matches.ours(b"x", texts, theirs)
    # "and", "or" and "in" outside of guards: Elixir makes them a case and a call
    made = re.compile(r"element case \(in body\)|'lists:member/2' \(called in body\)")
    differences = [d for d in differences if not (d.kind == "accepted" and made.search(d.theirs))
                   and not on_purpose(d, set())]
    assert not differences, told(texts, differences, seed)


# A function's name, patterns and words.

WORDS = {"return": "exception_trace()", "stack": "message(current_stacktrace())",
         "return;stack": "exception_trace(), message(current_stacktrace())",
         "stack, return": "message(current_stacktrace()), exception_trace()"}


@pytest.mark.parametrize("language", [Erlang(), Elixir()], ids=["erlang", "elixir"])
def test_a_call_with_words_is_a_fun(matches, seed, language):
    generator = Generator(random.Random(seed), both=True)
    reference = Erlang() if type(language) is Erlang else AsElixir()
    rng = random.Random(seed)
    texts, funs = [], []
    while len(texts) < 1000:
        head, guards, _ = generator.clause()
        words = rng.choice(list(WORDS))
        if head[0] == "list" and head[2] is None:
            try:
                texts.append(language.call((head, guards, []), words))
            except Unwritable:
                continue
            when = f" when {reference.guards(guards)}" if guards else ""
            funs.append(f"fun({reference(head)}){when} -> {WORDS[words]} end")
    theirs = matches.node(REFERENCE, funs)
    _, differences = matches.ours(b"e" if type(language) is Erlang else b"x", texts, theirs)
    differences = [d for d in differences if not on_purpose(d, set())]
    assert not differences, told(texts, differences, seed)


# What specifications do.

@pytest.mark.parametrize("release", ["23", "25", "27", "29"])
def test_a_specification_does_what_its_fun_does(matches, seed, release):
    funs = [f for f in erlang_funs(seed, 4000, tame=True) if not is_for_tables(f)]
    texts = [Erlang().fun(f) for f in funs]
    results, _ = matches.ours(b"e", texts)
    rng = random.Random(seed)
    pairs = []
    for fun, text, (kind, spec) in zip(funs, texts, results):
        pairs += [(b"e", text.encode()), (kind, spec), (b"a", arguments(rng, fun).encode())]
    verdicts = matches.escript(release, "run", pairs)
    unlike = [f"{text}\n    {said.decode()}" for text, (kind, said) in zip(texts, verdicts) if kind == b"!"]
    assert not unlike, f"{len(unlike)} differences; --seed {seed} repeats them\n" + "\n".join(unlike[:8])
    assert sum(int(said) for kind, said in verdicts if kind == b"=") > 5000
