"""``cartref resolve``: rows in, the same rows with their matches out."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "cartref", "resolve"]
TABLE = (
    'row,"drug",note\r\n'
    '1,"Yescarta",  kept \r\n'
    '2,carvicti,"x ""y"", z"\r\n'
    '3,Kymriah or Abecma,"two\r\nlines"\r\n'
    "\r\n"
    "4,pembrolizumab\r\n"
    "5,,\r\n"
)
ANSWERS = [
    ("1", "axi-cel", "alias", "Yescarta", "", "approved"),
    ("2", "cilta-cel", "fuzzy", "Carvykti", "", "approved"),
    ("3", "", "ambiguous", "", "ide-cel; tisa-cel", ""),
    ("4", "", "none", "", "", ""),
    ("5", "", "none", "", "", ""),
]


def _run(
    *arguments: str, given: bytes | str = b"", code: int = 0
) -> subprocess.CompletedProcess[bytes]:
    data = given.encode() if isinstance(given, str) else given
    done = subprocess.run([*COMMAND, *arguments], input=data, capture_output=True, check=False)
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return done


def _out(*arguments: str, given: bytes | str = b"") -> str:
    return _run(*arguments, given=given).stdout.decode()


def _error(*arguments: str, given: bytes | str = b"", code: int) -> str:
    done = _run(*arguments, given=given, code=code)
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_lines_become_a_table() -> None:
    assert _out(given="Yescarta\r\n\nide cel\nunknown").splitlines() == [
        "input\tid\tkind\tmatched\talternatives\tstatus",
        "Yescarta\taxi-cel\talias\tYescarta\t\tapproved",
        "\t\tnone\t\t\t",
        "ide cel\tide-cel\tnormalised\tide-cel\t\tapproved",
        "unknown\t\tnone\t\t\t",
    ]


def test_rows_of_a_table_stay_as_they_were_read(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    written = _out(str(path), "--column", "drug")
    lines = [line + "\r\n" for line in TABLE.split("\r\n")[:-1]]
    for line in lines:
        assert line.removesuffix("\r\n") in written
    found = [row for row in csv.reader(io.StringIO(written, newline="")) if row]
    assert found[0] == ["row", "drug", "note", "id", "kind", "matched", "alternatives", "status"]
    assert [(row[0], *row[3:]) for row in found[1:]] == ANSWERS
    assert [len(row) for row in found] == [8] * 6
    assert written.count("\r\n") == TABLE.count("\r\n")


@pytest.mark.parametrize("form", ["csv", "tsv", "ndjson"])
@pytest.mark.parametrize("given", ["csv", "tsv", "ndjson"])
def test_every_format_becomes_every_other(given: str, form: str, tmp_path: Path) -> None:
    rows = [row for row in csv.reader(io.StringIO(TABLE, newline="")) if row]
    header, body = rows[0], [[*row, ""][:3] for row in rows[1:]]
    path = tmp_path / f"names.{given}"
    with path.open("w", encoding="utf-8", newline="") as file:
        if given == "ndjson":
            file.writelines(json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in body)
        else:
            csv.writer(file, delimiter="\t" if given == "tsv" else ",").writerows([header, *body])
    written = _out(str(path), "-c", "drug", "--format", form)
    if form == "ndjson":
        found = [json.loads(line) for line in written.splitlines()]
        told = [[*row.values()] for row in found]
        assert [row[:3] for row in told] == body
        assert [
            (row[0], row[3] or "", row[4], row[5] or "", "; ".join(row[6]), row[7] or "")
            for row in told
        ] == ANSWERS
    else:
        delimiter = "\t" if form == "tsv" else ","
        read = [*csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)]
        assert [row[:3] for row in read] == [header, *body]
        assert [(row[0], *row[3:]) for row in read[1:]] == ANSWERS


def test_json_keeps_its_numbers_and_its_blank_lines() -> None:
    answer = '"id": "axi-cel", "kind": "alias", "matched": "Yescarta", "alternatives": []'
    answer += ', "status": "approved"'
    nothing = '"id": null, "kind": "none", "matched": null, "alternatives": []'
    nothing += ', "status": null'
    given = '{"drug":"Yescarta","n":1.10}\n\n{}\n{"drug":12345678901234567890.50}\n'
    assert _out("-c", "drug", given=given).splitlines() == [
        f'{{"drug":"Yescarta","n":1.10, {answer}}}',
        "",
        f"{{{nothing}}}",
        f'{{"drug":12345678901234567890.50, {nothing}}}',
    ]
    found = _out("-c", "drug", "-f", "csv", given='{"drug":"Yescarta","n":{"a":[1.10, null]}}\n')
    assert '"{""a"": [1.10, null]}"' in found


def test_columns_of_these_names_are_not_lost() -> None:
    done = _run("-c", "drug", given="id,drug\n7,Yescarta\n")
    assert done.stdout.decode().splitlines() == [
        "id,drug,cartref_id,cartref_kind,cartref_matched,cartref_alternatives,cartref_status",
        "7,Yescarta,axi-cel,alias,Yescarta,,approved",
    ]
    assert b"cartref_id" in done.stderr
    assert "p_id" in _out("-c", "drug", "--prefix", "p_", given="id,drug\n7,Yescarta\n")
    assert "give another prefix" in _error(
        "-c", "drug", "--prefix", "", given="id,drug\n7,Yescarta\n", code=2
    )
    later = '{"drug":"Yescarta"}\n{"drug":"x","id":4}\n'
    assert "line 2: a member 'id' of its own" in _error("-c", "drug", given=later, code=1)


@pytest.mark.parametrize(
    ("arguments", "given", "code", "message"),
    [
        (["-c", "brand"], "drug,n\nx,1\n", 2, "no column 'brand'; there are: drug, n"),
        (["-c", "drug"], "drug;n\nx;1\n", 2, "parted by a comma, not by a semicolon"),
        (["-c", "brand"], '{"drug":"x"}\n', 2, "no column 'brand'; there are: drug"),
        (["-c", "drug"], "drug,drug\nx,1\n", 2, "stands 2 times"),
        (["-c", "n", "--json"], "n,a,a\nx,1,2\n", 2, "two columns have one name"),
        (["-c", "drug"], "drug,n\nx,1\ny,1,2\n", 1, "line 3: 3 cells, but the header has 2"),
        (["-c", "drug"], 'drug,n\n"x,1\n', 1, "a quote that does not close"),
        (["-c", "drug"], '{"drug":"x"}\n{"drug":\n', 1, "stdin, line 2: not JSON"),
        (["-c", "drug"], '{"drug":"x"}\n[1]\n', 1, "stdin, line 2: not a JSON object"),
        ([], b"Yescarta\nKym\xffriah\n", 1, "line 2, column 4: byte 0xff is not UTF-8"),
        ([], "Yescarta\n".encode("utf-16"), 1, "is UTF-16"),
        ([], "Yescarta\n".encode("utf-16-le"), 1, "is UTF-16"),
        ([], b"\x1f\x8b\x08\x00", 1, "is compressed"),
        ([], b"Yescarta\rKymriah\r", 1, "bare carriage return"),
        (["no such file"], "", 2, "no file 'no such file'"),
        (["."], "", 1, "cannot be read"),
        (["--json", "--format", "csv"], "", 2, "give one of them"),
        (["--unresolved", "-"], "", 2, "no regular file"),
        (["--unresolved", "missing/x"], "", 1, "cannot be written"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    arguments: list[str], given: str | bytes, code: int, message: str
) -> None:
    assert message in _error(*arguments, given=given, code=code)


def test_a_table_needs_a_column(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("a,drug\n1,x\n")
    assert "give --column NAME; there are: a, drug" in _error(str(path), code=2)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("", ""),
        ("drug\n", "drug,id,kind,matched,alternatives,status\n"),
        ("drug", "drug,id,kind,matched,alternatives,status\n"),
        (
            "\ndrug\nYescarta\n",
            "drug,id,kind,matched,alternatives,status\nYescarta,axi-cel,alias,Yescarta,,approved\n",
        ),
    ],
    ids=["empty", "header only", "header without end", "blank line first"],
)
def test_what_is_hardly_a_table_is_written(given: str, written: str) -> None:
    assert _out("-c", "drug", given=given) == written


def test_bad_bytes_are_replaced_if_asked() -> None:
    done = _out("--errors", "replace", given=b"Yescarta\nunkn\xffown\n")
    assert done.splitlines()[-1].startswith("unkn\ufffdown\t\tnone")


def test_long_lines_and_nul_are_rows_like_others() -> None:
    given = f"{'x' * 10_000_000}\nYes\0carta\n\0\nYescarta\n"
    lines = _out("--json", given=given).splitlines()
    assert [json.loads(line)["id"] for line in lines] == [None, "axi-cel", None, "axi-cel"]


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("drug\n" + "Yescarta 68 mL\n" * 200_000)
    for more in ([], ["--unresolved", str(tmp_path / "left.csv")]):
        with subprocess.Popen(
            [*COMMAND, str(path), "-c", "drug", *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["names.csv"]


def test_what_needs_a_person_is_collected(tmp_path: Path) -> None:
    path = tmp_path / "left.csv"
    written = _out("-c", "drug", "--unresolved", str(path), given=TABLE)
    found = [*csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))]
    assert [row[0] for row in found] == ["row", "3", "4", "5"]
    assert path.read_bytes().decode().splitlines()[0] == written.splitlines()[0]


def test_no_input_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("Yescarta\nunknown\n")
    assert "is the input or the output" in _error(str(path), "--unresolved", str(path), code=2)
    with path.open("ab") as out:
        done = subprocess.run(
            [*COMMAND, str(path)], stdout=out, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"the input is the output" in done.stderr
    assert path.read_text() == "Yescarta\nunknown\n"


def test_a_failed_run_leaves_no_file_of_unresolved(tmp_path: Path) -> None:
    path = tmp_path / "left.txt"
    _run("--unresolved", str(path), given=b"unknown\n\xff\n", code=1)
    assert os.listdir(tmp_path) == []


def test_a_lone_surrogate_is_replaced(tmp_path: Path) -> None:
    given = '{"drug":"foo\\ud800"}\n'
    left = tmp_path / "left.csv"
    assert "foo?" in _out("-c", "drug", "-f", "csv", "--unresolved", str(left), given=given)
    assert "foo?" in left.read_text()


def test_the_summary_counts_kinds() -> None:
    done = _run("-c", "drug", "--summary", given=TABLE)
    assert done.stderr.decode() == (
        "5 rows: exact 0, alias 1, code 0, normalised 0, fuzzy 1, ambiguous 1, none 2\n"
    )


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("disease", "3L+ LBCL", "lbcl"),
        ("event", "CRS grade 3", "crs"),
        ("trial", "ZUMA 7", "zuma-7"),
    ],
)
def test_other_kinds_are_resolved(kind: str, given: str, expected: str) -> None:
    assert json.loads(_out("--kind", kind, "--json", given=given))["id"] == expected


def test_exact_forgives_nothing() -> None:
    assert json.loads(_out("--exact", "--json", given="carvicti"))["kind"] == "none"


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "unbuffered"])
def test_an_interruption_leaves_no_half_line(buffered: bool, tmp_path: Path) -> None:
    path, left = tmp_path / "names.txt", tmp_path / "left.txt"
    path.write_text("".join(f"a name that nobody knows {place}\n" for place in range(300_000)))
    environment = {**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"}
    with subprocess.Popen(
        [*COMMAND, str(path), "--unresolved", str(left)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        written = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)  # the pipe is full by now, and the signal has come
        written += process.stdout.read()
    assert process.returncode == 130
    assert written.endswith(b"\n")
    assert all(line.count(b"\t") == 5 for line in written.splitlines())
    assert os.listdir(tmp_path) == ["names.txt"]


def test_a_pipe_is_answered_line_by_line() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name, expected in (("Yescarta", b"axi-cel"), ("carvicti", b"cilta-cel")):
            process.stdin.write(name.encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if line.startswith(b"input"):
                line = process.stdout.readline()
            assert expected in line
        process.stdin.close()


def test_a_pipe_of_which_nothing_is_known_is_answered_too() -> None:
    """As on Windows, where only sockets can be asked whether they hold more."""
    program = (
        "import select, sys; from cartref.__main__ import main; sys.argv[0] = 'cartref'\n"
        "def refuse(*_): raise OSError(10038, 'no socket')\n"
        "select.select = refuse\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "resolve"],
        input=b"Yescarta\nKymriah\n",
        capture_output=True,
        check=True,
    )
    assert [line.split(b"\t")[1] for line in done.stdout.splitlines()] == [
        b"id",
        b"axi-cel",
        b"tisa-cel",
    ]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            COMMAND, input=b"Yescarta\n", stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "error: the answer cannot be written: No space left on device"
    ]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Distinct names, nearly twice as many as are remembered."""
    peak = (
        "import resource, sys; from cartref.__main__ import main; sys.argv[0] = 'cartref'\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    found = []
    for rows in (1, 120_000):
        path = tmp_path / f"{rows}.txt"
        path.write_text("".join(f"drug {place}\n" for place in range(rows)))
        done = subprocess.run(
            [sys.executable, "-c", peak, "resolve", str(path)], capture_output=True, check=True
        )
        # Kibibytes, on macOS bytes.
        found.append(int(done.stderr.split()[-1]) / (2**20 if sys.platform == "darwin" else 2**10))
    assert found[1] - found[0] < 100
