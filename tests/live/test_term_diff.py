"""Terms as otoscope prints and reads them, and as a real node does: tests/diff."""

import os
import random
import shutil
import subprocess

import pytest

import program

DIFF = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "diff")


def need(farm, release):
    if release not in farm.releases:
        give_up = pytest.fail if os.environ.get("OTOSCOPE_OTP_REQUIRED") else pytest.skip
        give_up(f"OTP {release} not available (tests/otp/fetch brings it)")


def compare(farm, release, count, *more):
    """Lets a node make and print random terms; what term_diff says of them, with the seed that makes them again."""
    seed = int(os.environ.get("OTOSCOPE_SEED") or random.randrange(1, 1 << 31))
    work = os.path.join(farm.dir, f"terms-{release}")
    os.makedirs(work, exist_ok=True)
    shutil.copy(os.path.join(DIFF, "terms.escript"), work)
    argv = ["escript", "terms.escript", str(seed), str(count), "terms"]
    made = subprocess.run(farm.releases[release].wrap(argv, farm.bind_dir(), work), cwd=work,
                          env={**farm.environment(), "HOME": work}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120)
    assert made.returncode == 0, f"seed {seed}: {made.stdout}"
    tool = os.path.join(os.path.dirname(program.path()), "tests", "diff", "term_diff")
    done = subprocess.run([tool, os.path.join(work, "terms"), *more], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, f"OTOSCOPE_SEED={seed} repeats it\n{said}"
    assert said.startswith(f"{count} terms, ")
    return said


@pytest.mark.parametrize("release", ["27"])
def test_prints_as_otp_27_and_elixir_1_18(farm, release):
    need(farm, release)
    said = compare(farm, release, 20000)
    assert ", 80000 texts compared, " in said, "no Elixir there"


def test_reads_what_a_node_prints(farm, release):
    need(farm, release)
    compare(farm, release, 3000, "read")
