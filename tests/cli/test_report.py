"""What ./dev shows of a part that failed: the failing tests first, then what they said, both of bounded length."""

import subprocess

import pytest

import report

PYTEST = """bringing up nodes...
.......F......................s..........................E [ 50%]
==================== ERRORS ====================
________________ ERROR at setup of test_atoms[23] ________________
tests/live/conftest.py:10: in farm
E   OSError: no epmd
=================== FAILURES ===================
________________ test_hot[27] ________________
[gw0] linux -- Python 3.11.2 /usr/bin/python3
{trace}
E   AssertionError: wanted status 0: 'ps': status 3
=========================== short test summary info ============================
SKIPPED [1] tests/live/test_a.py:6: no OTP 29
ERROR tests/live/test_a.py::test_atoms[23] - OSError: no epmd
FAILED tests/live/test_a.py::test_hot[27] - AssertionError: wanted status 0: 'ps': status 3
1 failed, 56 passed, 1 skipped, 1 error in 9.88s
0 passed, 1 failed, 0 skipped
"""

MESON = """1/2 utf8  FAIL             0.05s   exit status 1
>>> MALLOC_PERTURB_=71 build-san/tests/unit/test_utf8
\u2015\u2015\u2015\u2015\u2015 \u2700 \u2015\u2015\u2015\u2015\u2015
stdout:
[==========] Running 2 test(s).
[ RUN      ] refuses
[  FAILED  ] refuses
[ RUN      ] knows_widths
[       OK ] knows_widths
stderr:
[  ERROR   ] --- 0x4e != 0x1
[   LINE   ] --- ../tests/unit/test_utf8.c:14: error: Failure!
[  FAILED  ] 1 test(s), listed below:
[  FAILED  ] refuses

 1 FAILED TEST(S)
\u2015\u2015\u2015\u2015\u2015

2/2 words OK               0.04s

Summary of Failures:

1/2 utf8  FAIL             0.05s   exit status 1

Ok:                 1
Fail:               1
0 passed, 1 failed, 0 skipped
"""

LINT = """ok    format
FAIL  words
      README.md:3: blanks at the end of a line: '  '
ok    length
      note: tests/a.py has 601 lines
1 passed, 1 failed, 0 skipped
"""


@pytest.fixture
def says(tmp_path):
    """says(WHAT, PART, LOG): the lines of the report, as ./dev shows them."""
    def run(what, part, log):
        (tmp_path / f"{part}.log").write_text(log)
        args = [part, tmp_path / f"{part}.log"] if what == "brief" else [tmp_path, part]
        return subprocess.run([report.__file__, what, *args], stdout=subprocess.PIPE, text=True,
                              check=True).stdout.splitlines()
    return run


def test_pytest_brief_is_a_line_a_test(says):
    assert [line.strip() for line in says("brief", "live", PYTEST.format(trace=""))] == [
        "ERROR tests/live/test_a.py::test_atoms[23] - OSError: no epmd",
        "FAILED tests/live/test_a.py::test_hot[27] - AssertionError: wanted status 0: 'ps': status 3"]


def test_pytest_details_are_cut(says):
    said = says("details", "live", PYTEST.format(trace="\n".join(f"line {n}" for n in range(100))))
    assert said[:4] == ["------ live", "________________ ERROR at setup of test_atoms[23] ________________",
                        "tests/live/conftest.py:10: in farm", "E   OSError: no epmd"]
    assert "line 0" in said and said[-1].endswith(" lines more") and len(said) == 4 + report.BLOCK


def test_units(says):
    assert [line.strip() for line in says("brief", "units", MESON)] == [
        "1/2 utf8  FAIL             0.05s   exit status 1", "[  FAILED  ] refuses", "[  ERROR   ] --- 0x4e != 0x1",
        "[   LINE   ] --- ../tests/unit/test_utf8.c:14: error: Failure!"]
    said = says("details", "units", MESON)
    assert said[1].startswith("1/2 utf8") and not [line for line in said if " OK" in line or "RUN" in line]


@pytest.mark.parametrize("what", ["brief", "details"])
def test_scripts(says, what):
    said = [line.strip() for line in says(what, "lint", LINT)]
    assert said[-2:] == ["FAIL  words", "README.md:3: blanks at the end of a line: '  '"]


def test_a_part_that_did_not_come_to_its_tests_says_why(says):
    log = "a.c:1:2: error: no such thing\n" + "In file included\n" * 60 + "dev: cannot build build\n"
    said = [line.strip() for line in says("brief", "cli", log)]
    assert said[0] == "a.c:1:2: error: no such thing" and said[-1] == "dev: cannot build build"


def test_all_is_bounded(says):
    many = "".join(f"FAIL  c{n}\n" + "      long\n" * 50 + "x\n" for n in range(100)) + "\x1b[2J" + "y" * 999
    assert len(says("brief", "lint", many)) == report.BRIEF
    assert len(says("details", "lint", many)) == report.DETAILS
    assert max(map(len, says("brief", "live", many))) <= report.WIDTH + 8
    assert "\x1b" not in "".join(says("brief", "live", many))
