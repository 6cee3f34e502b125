"""Streams and surroundings: encodings, closed and full streams, signals, terminals of any width."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cartref.cli import build

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

app = build()
COMMAND = [sys.executable, "-m", "cartref"]
# One question of every command.
QUESTIONS = [
    ["product"],
    ["product", "axi-cel", "--sources"],
    ["indication", "DLBCL"],
    ["eligibility", "MM", "--age", "60", "--prior-lines", "2"],
    ["side-effects", "CRS"],
    ["compare", "cilta-cel", "ide-cel"],
    ["report", "obe-cel"],
    ["trial", "ZUMA-7"],
    ["timeline"],
    ["pathway", "obe-cel"],
    ["explain", "CRS"],
    ["search", "tocilizumab"],
    ["source", "maude-2018-eliana-nejm"],
    ["data", "info"],
]
ALONE = [["data", "check"], ["data", "schema"], ["data", "export"], ["--help"], ["--version"]]


def _surroundings(**changed: str | None) -> dict[str, str]:
    """The environment of this process with some variables set, or taken away."""
    told = {**os.environ, **changed}
    return {name: value for name, value in told.items() if value is not None}


def _run(
    *arguments: str, stdin: bytes = b"", changed: Mapping[str, str | None] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        check=False,
        input=stdin,
        env=_surroundings(**changed or {}),
    )


def _in_shell(line: str, *, code: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell in which ``cartref`` stands for the command."""
    line = f'cartref() {{ "{sys.executable}" -m cartref "$@"; }}; {line}'
    found = subprocess.run(
        ["/usr/bin/env", "bash", "-c", line], capture_output=True, check=False, text=True
    )
    assert "Traceback" not in found.stderr
    assert code in (None, found.returncode), found.stderr
    return found


# ---- encodings and surroundings


@pytest.mark.parametrize(
    "changed",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "no_SUCH.locale", "LANG": "\udce9"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "utf-16"},
        {"HOME": None, "TERM": None, "LANG": None},
        {"TERM": "dumb"},
        {"NO_COLOR": "1"},
        {"PYTHONUNBUFFERED": "1"},
    ],
    ids=str,
)
def test_no_surroundings_stop_an_answer_or_an_error(changed: dict[str, str | None]) -> None:
    encoding = changed.get("PYTHONIOENCODING") or "utf-8"
    shown = _run("indication", "DLBCL", "-f", "table", changed=changed)
    assert shown.returncode == 0, shown.stderr
    assert "axi-cel" in shown.stdout.decode(encoding)
    refused = _run("product", "≥no–such●", "\x1b", changed=changed)
    told = refused.stderr.decode(encoding)
    assert (refused.returncode, refused.stdout) == (3, b"")
    assert re.fullmatch(r"error: no product is named '.+no.+such.*'.*\n", told), told


def test_what_ascii_lacks_is_written_plainly_in_errors_too() -> None:
    told = _run("product", "≥no–such", changed={"PYTHONIOENCODING": "ascii"}).stderr
    assert b"'>=no-such'" in told


def test_a_dumb_terminal_and_no_colour_get_no_escapes_but_forced_colour_gets_some() -> None:
    for changed in ({"TERM": "dumb"}, {"NO_COLOR": "1"}, {"TERM": None}):
        assert b"\x1b" not in _run("product", "-f", "table", changed=changed).stdout
    assert (
        b"\x1b["
        in _run("product", "-f", "table", changed={"FORCE_COLOR": "1", "TERM": "xterm"}).stdout
    )
    for item in ("tsv", "csv", "md", "json", "ndjson"):
        assert b"\x1b" not in _run("product", "-f", item, changed={"FORCE_COLOR": "1"}).stdout


@pytest.mark.parametrize(
    "columns", ["0", "1", "-5", "x", "", "²", "9" * 30, "9" * 5000, "1000000000"]
)
def test_any_width_that_the_environment_names_is_survived(columns: str) -> None:
    for name in ("COLUMNS", "LINES"):
        shown = _run("compare", "cilta-cel", "ide-cel", "-f", "table", changed={name: columns})
        assert shown.returncode == 0, shown.stderr
        assert b"Traceback" not in shown.stderr
        assert max(map(len, shown.stdout.decode().splitlines())) <= 1000


@pytest.mark.parametrize(
    "changed",
    [
        {"_CARTREF_COMPLETE": "nonsense"},
        {"_CARTREF_COMPLETE": "complete_bash"},
        {"_CARTREF_COMPLETE": "complete_bash", "COMP_WORDS": "cartref 'p", "COMP_CWORD": "x"},
        {"_CARTREF_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "cartref product '\"\x1b"},
    ],
    ids=lambda changed: " ".join(changed.values()),
)
def test_a_broken_request_of_a_shell_for_completion_is_no_traceback(
    changed: dict[str, str],
) -> None:
    found = _run(changed=changed)
    assert b"Traceback" not in found.stderr
    assert b"\x1b" not in found.stdout + found.stderr


# ---- streams that take no more


@pytest.mark.parametrize("question", [*QUESTIONS, *ALONE], ids=" ".join)
def test_a_reader_that_wants_one_line_is_no_error(question: list[str]) -> None:
    formats = [f" -f {item}" for item in ("table", "tsv", "csv", "md", "json", "ndjson")]
    if question in ALONE or question[0] == "report":
        formats = [""]
    asked = " ".join(question)
    lines = (f"cartref {asked}{item} | head -n 1 >&2; echo ${{PIPESTATUS[0]}}" for item in formats)
    found = _in_shell("; ".join(lines), code=0)
    assert set(found.stdout.split()) == {"0"}
    assert "error:" not in found.stderr


@pytest.mark.parametrize("question", [*QUESTIONS, *ALONE], ids=" ".join)
def test_a_reader_that_is_gone_before_the_answer_is_no_error(question: list[str]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb") as gone:
        found = subprocess.run(
            [*COMMAND, *question], stdout=gone, stderr=subprocess.PIPE, check=False
        )
    assert found.returncode == 0, found.stderr
    assert b"rror" not in found.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("question", [*QUESTIONS, *ALONE[1:]], ids=" ".join)
@pytest.mark.parametrize("stdout", [">/dev/full", ">&-"])
def test_a_stdout_that_takes_nothing_is_one_line_and_code_1(
    question: list[str], stdout: str
) -> None:
    found = _in_shell(f"cartref {' '.join(question)} {stdout}", code=1)
    errors = [line for line in found.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert errors[0].startswith("error: the answer cannot be written: ")


def test_a_file_is_written_without_a_stdout(tmp_path: Path) -> None:
    _in_shell(f"cartref product -o {tmp_path}/list.csv >&-", code=0)
    assert (tmp_path / "list.csv").read_text().startswith("id,inn,")
    _in_shell(f"cartref product -o {tmp_path}/other.csv <&- >&- 2>&-", code=0)
    assert (tmp_path / "other.csv").read_text() == (tmp_path / "list.csv").read_text()


@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full", "2> >(exit 0)"])
def test_a_stderr_that_takes_nothing_costs_the_notes_alone(stderr: str) -> None:
    answer = _in_shell("cartref product").stdout
    found = _in_shell(f"cartref product {stderr}", code=0)
    assert found.stdout == answer
    assert _in_shell(f"cartref product nonesuch {stderr}", code=3).stdout == ""
    assert _in_shell(f"cartref product --nonesuch {stderr}", code=2).stdout == ""


def test_a_closed_stdin_is_said_where_it_is_read() -> None:
    for question in ("resolve", "eligibility --patient -"):
        found = _in_shell(f"cartref {question} <&-", code=2)
        assert found.stderr.startswith("error: ")
        assert found.stderr.count("\n") == 1
    assert _in_shell("cartref product <&-", code=0).stdout


# ---- signals


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_a_long_command_without_a_trace(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    question = ["resolve", "--unresolved", str(tmp_path / "unresolved.tsv")]
    with subprocess.Popen(
        [*COMMAND, *question],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"Carvykti\nnonesuch\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"input\t")
        assert process.stdout.readline().startswith(b"Carvykti\tcilta-cel\t")
        assert any(name.startswith(".cartref-") for name in os.listdir(tmp_path))
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == code
    assert b"Traceback" not in errors
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("interruptible")
def test_an_interruption_of_the_start_leaves_no_trace(tmp_path: Path) -> None:
    interrupted = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(20)\n"
    (tmp_path / "typer.py").write_text(interrupted)
    variables = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [*COMMAND, "product"], check=False, capture_output=True, timeout=20, env=variables
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


SWALLOWED = """
import os, signal
from cartref.cli.streams import survive
with survive():
    try:
        os.kill(os.getpid(), signal.{name})
    except BaseException:
        raise SyntaxError("what an import makes of it") from None
"""


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_that_becomes_another_error_ends_without_a_word(name: str, code: int) -> None:
    command = [sys.executable, "-c", SWALLOWED.format(name=name)]
    done = subprocess.run(command, check=False, capture_output=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


def test_a_hangup_that_is_ignored_stays_ignored() -> None:
    with subprocess.Popen(
        ["/usr/bin/env", "nohup", *COMMAND, "resolve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"Carvykti\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        rest, _ = process.communicate(b"Abecma\n", timeout=20)
    assert process.returncode == 0
    assert b"Abecma\tide-cel" in rest


# ---- terminals


def _on_terminal(
    columns: int, *arguments: str, stdin: bytes = b"", **changed: str | None
) -> tuple[int, str]:
    """Run a command on a terminal of its own; returns its exit code and all that was shown."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = _surroundings(**{"COLUMNS": None, "LINES": None, "TERM": "xterm", **changed})
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        assert process.stdin
        process.stdin.write(stdin)
        process.stdin.close()
        shown = b""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if select.select([ours], [], [], 1)[0]:
                try:
                    shown += os.read(ours, 65536)
                except OSError:  # the other end is closed
                    break
        os.close(ours)
    return process.returncode, shown.decode().replace("\r\n", "\n")


def _bare(shown: str) -> str:
    """What was shown without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", shown)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w.-])\d+(?:\.\d+)?%", text))


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_narrow_and_a_wide_terminal_show_whole_numbers(question: list[str]) -> None:
    written = CliRunner().invoke(app, [*question, "-f", "md"]).stdout
    for columns in (20, 500):
        code, shown = _on_terminal(columns, *question)
        assert code == 0
        assert "Traceback" not in shown
        if question[0] == "report":
            continue  # Markdown, on a terminal too
        bare = _bare(shown)
        # Addresses and what stands beside them are never broken.
        lines = bare.partition("\nSources\n")[0].splitlines()
        if columns == 500 or question[0] not in ("data", "source"):
            assert max(map(len, lines)) <= columns
        axis = {"0%", "50%", "100%"} if question[0] == "compare" else set()
        assert _numbers(bare) - axis <= _numbers(written)


@pytest.mark.parametrize("question", [*ALONE, ["product", "nonesuch"], ["product", "--x"]], ids=str)
@pytest.mark.parametrize("columns", [0, 20])
def test_other_answers_on_a_narrow_terminal(question: list[str], columns: int) -> None:
    code, shown = _on_terminal(columns, *question)
    assert code in (0, 2, 3)
    assert "Traceback" not in shown
    assert "\x1b" not in shown


def test_a_dumb_terminal_has_its_own_width_and_no_escapes() -> None:
    code, shown = _on_terminal(40, "indication", "MZL", TERM="dumb")
    assert code == 0
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 40


def test_rows_that_steer_reach_a_terminal_written_out_and_a_pipe_as_they_are() -> None:
    row = "Carvykti\x1b[31m\u202e\x07\r\nAbecma\n"
    code, shown = _on_terminal(80, "resolve", stdin=row.encode())
    assert code == 0
    assert r"Carvykti\x1b[31m\u202e\x07" in shown
    assert "\x1b[31m" not in shown
    assert "\nAbecma\tide-cel" in shown
    piped = _run("resolve", stdin=row.encode()).stdout.decode()
    assert "Carvykti\x1b[31m\u202e\x07\t" in piped


def test_json_for_a_terminal_is_indented_and_ascii() -> None:
    _, shown = _on_terminal(80, "product", "axi-cel", "--json")
    envelope: dict[str, Any] = json.loads(shown)
    assert envelope["results"][0]["id"] == "axi-cel"
    assert shown.isascii()
