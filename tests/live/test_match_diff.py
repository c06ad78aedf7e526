"""Match specifications: what src/match makes of funs, and what ms_transform of real nodes does; and whether the
specifications do what the funs do. The texts are those of match_grammar.py and match_texts.py."""

import random

import pytest

import match_grammar
from match_diff import Matches
from match_texts import Elixir, Erlang, Generator, Unwritable, arguments, smaller

REFERENCE = "27"


@pytest.fixture(scope="module")
def matches(farm):
    return Matches(farm)


def told(texts, differences, seed=None):
    """For a failure: the first few."""
    lines = [f"{len(differences)} differences" + (f"; --seed {seed} repeats them" if seed is not None else "")]
    lines += [f"{texts[d.number]}\n    {d!r}" for d in differences[:8]]
    return "\n".join(lines)


def test_every_construct_as_otp_27(matches):
    texts = match_grammar.texts()
    theirs = matches.node(REFERENCE, texts)
    assert sum(kind == b"+" for kind, _ in theirs) > 6000 and sum(kind == b"-" for kind, _ in theirs) > 6000
    _, differences = matches.ours(b"e", texts, theirs)
    differences = [d for d in differences if not meant(texts[d.number], d)]
    assert not differences, told(texts, differences)


def meant(text, difference):
    return False
