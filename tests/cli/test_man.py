"""The manual page, help and the completions tell the same commands and options."""

import os
import re
import shutil
import subprocess

import pytest

import program

PAGE = os.path.join(program.ROOT, "doc", "otoscope.1")


def section(text, heading, end):
    return text[text.index(heading):].split(end, 1)[0]


def help_commands(otoscope):
    found = set()
    for line in section(otoscope("help").stdout, "Commands:\n", "\n\n").splitlines()[1:]:
        names = re.match(r"  ([a-z_]+)(?: [^ ,]+)?(?:, ([a-z_]+))?  +", line)
        if names:
            found |= {name for name in names.groups() if name}
        else:
            assert line.startswith(" " * 27), "a line that was folded"
    return found


def help_options(text):
    return set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)(?= |,|$)", re.sub(r"(?m)^(  .{24}).*$", r"\1", section(
        text, "Options:\n", "\n\n")), re.M))


def page():
    with open(PAGE, encoding="utf-8") as f:
        return f.read()


def page_items(heading):
    return re.findall(r"^\.It (.*)$", section(page(), f".Sh {heading}\n", "\n.Sh "), re.M)


def test_the_page_has_every_command_and_no_other(otoscope):
    told = set()
    for item in page_items("COMMANDS"):
        words = re.split(r" (?:Op|Ar) ", item)[0]
        told |= set(re.findall(r"[a-z_]+", words.replace("Cm ", "")))
    assert told == help_commands(otoscope)


def test_the_page_has_every_option_and_no_other(otoscope):
    told = set()
    for item in page_items("OPTIONS"):
        words = re.split(r" (?:Ar|Cm) ", item)[0].replace("Fl ", "")
        told |= {"-" + w.replace("\\-", "-") for w in re.split(r" , ", words)}
    assert told == help_options(otoscope("help").stdout)


def test_help_fits_a_terminal(otoscope):
    """What is long is folded below where it began."""
    for command in ["", *sorted(help_commands(otoscope))]:
        lines = otoscope("help", *command.split()).stdout.splitlines()
        assert [line for line in lines if len(line) > 80 or line != line.rstrip()] == []
    folded = [line for line in otoscope("help", "trace").stdout.splitlines() if line.startswith(" " * 27)]
    assert "existing; may be repeated" in [line.strip() for line in folded]


def test_help_says_which_sources_there_are(otoscope):
    assert "record wrote" in otoscope("help", "ps").stdout
    assert "record wrote" not in otoscope("help", "trace").stdout


def test_every_command_has_help_with_its_options(otoscope):
    every = help_options(otoscope("help").stdout)
    assert {"--source", "-n", "--help", "-h"} <= every
    for command in help_commands(otoscope):
        assert help_options(otoscope("help", command).stdout) <= every


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_the_page_is_correct_mdoc():
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", PAGE], stdout=subprocess.PIPE, timeout=30,
                          check=False)
    assert (done.returncode, done.stdout) == (0, b"")


def test_the_page_has_the_keys_of_the_program():
    done = subprocess.run([os.path.join(program.ROOT, "doc", "keys"), "--check"], stderr=subprocess.PIPE, timeout=30,
                          env={**os.environ, "OTOSCOPE": program.path()}, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")


def completion(otoscope, tmp_path, shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    path = tmp_path / f"completion.{shell}"
    path.write_text(otoscope("completion", shell).stdout)
    return path


@pytest.mark.parametrize("shell, check", [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])])
def test_completions_are_of_their_shell(otoscope, tmp_path, shell, check):
    path = completion(otoscope, tmp_path, shell)
    done = subprocess.run([shell, *check, str(path)], stderr=subprocess.PIPE, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    text = path.read_text()
    for command in help_commands(otoscope):
        assert re.search(rf"\b{command}\b", text)
    for option in help_options(otoscope("help").stdout) - {"-h", "-n", "--allow-write", "--yes"}:
        assert re.search(rf"{option}\b" if shell != "fish" else rf"-l {option[2:]}\b", text), option
    assert "reductions_rate" in text and "memory_growth" in text


def bash_completes(otoscope, path, *words):
    """What bash offers for the last word."""
    script = (f". {path}; COMP_WORDS=({' '.join(repr(w) for w in words)}); COMP_CWORD={len(words) - 1}; _otoscope; "
              'printf "%s\\n" "${COMPREPLY[@]}"')
    env = {**program.environment(otoscope.home), "PATH": f"{os.path.dirname(program.path())}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30, env=env,
                          check=True)
    assert done.stderr == b""
    return done.stdout.decode().split()


def test_bash_completes(otoscope, tmp_path):
    path = completion(otoscope, tmp_path, "bash")
    assert bash_completes(otoscope, path, "otoscope", "mem") == ["memory"]
    assert bash_completes(otoscope, path, "otoscope", "ps", "--sor") == ["--sort"]
    assert bash_completes(otoscope, path, "otoscope", "ps", "--sort", "message") == [
        "message_queue_len", "message_queue_data", "message_queue_len_growth"]
    assert bash_completes(otoscope, path, "otoscope", "memory", "--format", "js") == ["json", "jsonl"]
    assert bash_completes(otoscope, path, "otoscope", "help", "vers") == ["version"]
    assert bash_completes(otoscope, path, "otoscope", "completion", "") == ["bash", "zsh", "fish"]
    assert "--window" not in bash_completes(otoscope, path, "otoscope", "nodes", "--")
    assert bash_completes(otoscope, path, "otoscope", "ps", "--columns", "pid,init") == ["pid,initial_call"]
    assert bash_completes(otoscope, path, "otoscope", "record", "--tables", "ets,sock") == ["ets,sockets"]
    assert bash_completes(otoscope, path, "otoscope", "leaks", "bin") == ["binary"]


def test_fish_completes(otoscope, tmp_path):
    path = completion(otoscope, tmp_path, "fish")

    def completes(line):
        script = f"source {path}; complete -C '{line}'"
        done = subprocess.run(["fish", "-c", script], stdout=subprocess.PIPE, timeout=30,
                              env=program.environment(otoscope.home), check=True)
        return [offer.split("\t")[0] for offer in done.stdout.decode().splitlines()]

    assert completes("otoscope mem") == ["memory"]
    assert "--window" in completes("otoscope ps --")
    assert "--window" not in completes("otoscope nodes --")
    assert completes("otoscope ps --sort status") == ["status"]
