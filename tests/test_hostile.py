"""Hostile input: texts that steer, formulas, files that cannot be written or read, paths."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from cartref import export, layout, load, loading
from cartref.catalog import Catalog
from cartref.check import check
from cartref.cli import build
from cartref.cli.streams import written_out
from cartref.errors import CartrefError, DataError, UsageError
from cartref.patients import Reader
from cartref.render import page, text
from cartref.render.document import Column, Fact, Facts, Grid, Heading, Remark, Rows
from cartref.sheets import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import BrokenCopy

    from cartref.render.document import Block

app = build()
RUNNER = CliRunner()
COMMAND = [sys.executable, "-m", "cartref"]
STEERING = ["\x1b[31m", "\x9b31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\x07", "\r", "\x7f"]


def _run(*arguments: str | bytes, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command as a process whose output is in a pipe."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, check=False, text=True, **options
    )


def _refused(found: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """A command wrote nothing but one line that says why."""
    assert (found.returncode, found.stdout) == (code, ""), found.stderr
    assert found.stderr.startswith("error: ")
    assert found.stderr.count("\n") == 1, found.stderr
    for word in words:
        assert word in found.stderr


# ---- texts that steer a terminal


@pytest.mark.parametrize("sign", STEERING, ids=ascii)
@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("{}", 2),
        ("product --{}", 2),
        ("product -{}", 2),
        ("product -f {}", 2),
        ("product --json={}", 2),
        ("product -o {}", 2),
        ("product -o {}.csv -f json", 2),
        ("product -o no/{}.csv", 1),
        ("indication --line {}", 2),
        ("compare a --only {}", 2),
        ("trial {}x", 3),
        ("search cilta {}xyz", 3),
        ("data {}", 2),
        ("data check {}", 2),
        ("resolve {}", 2),
        ("resolve --column x{} {here}/names.csv", 2),
        ("resolve --kind {}", 2),
        ("eligibility --patient {}", 2),
        ("eligibility --patient {}.toml", 2),
        ("eligibility --age {}", 2),
        ("eligibility --patient {here}/patient.json", 2),
    ],
)
def test_what_is_told_back_steers_nothing(
    question: str, code: int, sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cartref.__main__ import main

    if sign == "\r" and "names.csv" in question:
        pytest.skip("a bare carriage return is refused before")
    (tmp_path / "names.csv").write_text(f"drug{sign},x\nCarvykti,1\n", newline="")
    (tmp_path / "patient.json").write_text(json.dumps({f"age{sign}": 5}))
    words = [word.replace("{here}", str(tmp_path)) for word in question.split(" ")]
    errors = io.StringIO()
    monkeypatch.setattr("sys.argv", ["cartref", *(word.replace("{}", sign) for word in words)])
    monkeypatch.setattr("sys.stderr", errors)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    assert errors.getvalue().startswith("error: ")
    assert errors.getvalue().count("\n") == 1
    assert sign not in errors.getvalue()
    if not question.startswith(("product -", "resolve --column")):  # the library cuts these
        assert sign.encode("unicode_escape").decode() in errors.getvalue()


def test_a_usage_error_is_one_line_that_names_the_help() -> None:
    _refused(_run("product", "--nonesuch"), 2, "no such option: --nonesuch; see cartref product")
    _refused(_run("nonesuch"), 2, "no such command 'nonesuch'; see cartref --help")
    _refused(_run("indication", "--line", "0"), 2, "'--line'", "0 is not in the range x>=1;")


def test_without_a_command_the_help_is_shown() -> None:
    found = _run()
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("Usage: cartref")
    assert "side-effects" in found.stderr


def test_a_mistake_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from cartref.__main__ import main

    def broken(*_: object) -> None:
        raise ZeroDivisionError("by\x1b nothing")

    errors = io.StringIO()
    monkeypatch.setattr("cartref.cli.questions.search.hits", broken)
    monkeypatch.setattr("sys.argv", ["cartref", "search", "x"])
    monkeypatch.setattr("sys.stderr", errors)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert errors.getvalue().startswith("error: internal error in test_hostile.py:")
    assert r"ZeroDivisionError: by\x1b nothing; please report it" in errors.getvalue()


def test_a_long_name_is_cut_where_it_is_told_back() -> None:
    found = _run("product", "x" * 100_000)
    _refused(found, 3, "xxx ... xxx")
    assert len(found.stderr) < 5000


def test_problems_of_the_data_are_told_without_signs_that_steer(broken_copy: BrokenCopy) -> None:
    broken_copy.append("diseases.toml", '\n[[disease]]\nid = "a\\u001b[31m\\u202eb"\nx = 1\n')
    found = _run("data", "check", str(broken_copy.directory))
    assert found.returncode == 1
    assert r"a\x1b[31m\u202eb" in found.stdout
    assert written_out(found.stdout, kept="\n") == found.stdout


@pytest.mark.parametrize("format", ["table", "md"])
def test_sources_of_an_answer_that_cites_none_are_no_mistake(format: str) -> None:
    asked = ["indication", "--regulator", "FDA", "--sources", "-f", format]
    result = RUNNER.invoke(app, asked)
    assert result.exit_code == 0, result.stderr


# ---- Markdown and HTML

EVIL = [
    "[x](https://example.org)",
    "![x](https://example.org/p.png)",
    "[x][y]",
    "[x]: https://example.org",
    "`code`",
    "<script>alert(1)</script>",
    "<!-- gone",
    "&lt;b&gt;",
    "a | b",
    "back\\slash",
    "*emphasis* and ~~struck~~",
    "# heading",
    "- item",
    '" onmouseover="alert(1)',
]


def _shown(text_: str) -> str:
    """What Markdown shows of escaped text."""
    return text_.replace("&lt;", "<").replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")


@pytest.mark.parametrize("evil", EVIL)
def test_markdown_shows_a_text_as_it_stands(evil: str) -> None:
    blocks: list[Block | Heading] = [
        Heading(evil, 1),
        Remark(evil),
        Facts(evil, (Fact(evil, evil),)),
        Grid((Column(evil),), ((evil,),), evil),
    ]
    for line in filter(None, text.markdown(blocks, {}).split("\n")):
        assert not line.startswith(("# heading", "- item")) or evil in line[2:]
        bare = line.replace("\\`", "").replace("\\~", "").replace("\\|", "")
        assert "`" not in bare
        assert "~" not in bare
        assert "<" not in bare
        for link in ("](", "][", "]:"):
            assert link not in bare.replace("\\]", "")
    if "&" not in evil:
        assert _shown(text.markdown([Remark(evil)], {})) == f"{evil}\n"


def test_a_footnote_sign_stays_readable() -> None:
    assert text.markdown([Facts("Notes (*)", (Fact("axi-cel*", "95%* (n = 3)"),))], {}) == (
        "### Notes (*)\n\n- **axi-cel***: 95%* (n = 3)\n"
    )


@pytest.mark.parametrize("evil", EVIL)
def test_a_page_shows_a_text_as_it_stands(evil: str) -> None:
    from html import escape

    parts: list[Block | Heading] = [
        Heading(evil, 2),
        Remark(evil),
        Facts(evil, (Fact(evil, evil),)),
    ]
    parts.append(Grid((Column(evil),), ((evil,),), evil))
    made = page.page(evil, parts, {}, evil, evil)
    assert "<script" not in made
    assert "<!-- " not in made
    assert made.count(escape(evil)) >= 8
    if escape(evil) != evil:
        assert evil not in made


@pytest.mark.parametrize("format", ["md", "table", "tsv", "csv", "html"])
def test_the_id_of_a_patient_stays_text(format: str, tmp_path: Path) -> None:
    ids = ["[x](https://example.org)", "<script>alert(1)</script>", "`a`|b", "=1+1"]
    path = tmp_path / "patients.json"
    path.write_text(json.dumps([{"id": name, "disease": "MM", "age": 60} for name in ids]))
    question = ["eligibility", "--patient", str(path), "--product", "cilta-cel"]
    result = RUNNER.invoke(app, [*question, "-f", format], env={"COLUMNS": "200"})
    if format == "html":
        assert result.exit_code == 2  # screenings have no picture, and so no page
        return
    assert result.exit_code == 0, result.stderr
    if format == "md":
        assert "](https" not in result.stdout.replace("\\]", "")
        assert "<script" not in result.stdout
        assert "\\`a\\`\\|b" in result.stdout
    elif format == "csv":
        read = list(csv.reader(result.stdout.splitlines()))
        assert {row[0] for row in read[1:]} == {*ids[:3], "'=1+1"}
    else:
        assert all(name in result.stdout for name in ids)


def test_an_address_that_runs_something_is_no_link() -> None:
    source = next(iter(load().sources.values()))
    made = page.page("x", [], {"a": replace(source, url="javascript:alert(1)")}, "x")
    assert 'href="javascript' not in made


# ---- spreadsheets


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("-", "'-"),
        ("--", "'--"),
        ("-2-3", "'-2-3"),
        ("-135", "-135"),
        ("-0.5", "-0.5"),
        ("+3", "+3"),
        ("-1e-05", "-1e-05"),
        ("1-12", "1-12"),
        ("a=b", "a=b"),
        ("", ""),
        ("'=1", "'=1"),
    ],
    ids=ascii,
)
def test_no_cell_begins_a_formula(cell: str, expected: str) -> None:
    assert harmless(cell) == expected
    rows = Rows(("name", "value"), [("x", cell)])
    if "\r" not in cell:
        assert list(csv.reader(io.StringIO(text.csv(rows), newline="")))[1] == ["x", expected]
    raw = cell.replace("\t", " ").replace("\r", " ").replace("\n", " ")
    assert text.tsv(rows) == f"name\tvalue\nx\t{raw}\n"


def test_the_export_runs_no_formula(broken_copy: BrokenCopy, tmp_path: Path) -> None:
    row = broken_copy.find("disease", lambda values: "note" in values)
    broken_copy.put(row.file, row.id, {"note": '=HYPERLINK("https://example.org")'})
    place = tmp_path / "out"
    export.csv_files(load(broken_copy.directory), str(place))
    for path in place.iterdir():
        lines = csv.reader(io.StringIO(path.read_text(), newline=""))
        cells = [cell for line in lines for cell in line]
        assert [cell for cell in cells if cell != harmless(cell)] == []
    assert "'=HYPERLINK" in (place / "diseases.csv").read_text()


def test_resolve_keeps_the_cells_of_the_reader_and_guards_its_own() -> None:
    asked = ["resolve", "--column", "drug", "--prefix", "=x_", "--format", "csv", "-"]
    found = _run(*asked, input="drug,=sum\nCarvykti,=1+1\n")
    assert found.stdout.splitlines()[0].startswith("drug,=sum,'=x_id,'=x_kind,")
    assert found.stdout.splitlines()[1].startswith("Carvykti,=1+1,cilta-cel,")


def test_the_help_says_what_happens_to_formulas() -> None:
    told = " ".join(RUNNER.invoke(app, ["data", "export", "--help"]).stdout.split())
    assert "would take for a formula has an apostrophe before it" in told


# ---- files that cannot be written

WRITERS: dict[str, list[str]] = {
    "csv": ["product", "-o", "{}.csv"],
    "json": ["indication", "DLBCL", "-o", "{}.json"],
    "ndjson": ["trial", "-o", "{}.ndjson"],
    "md": ["report", "obe-cel", "-o", "{}.md"],
    "txt": ["explain", "CRS", "-o", "{}.txt"],
    "svg": ["timeline", "obe-cel", "-o", "{}.svg"],
    "png": ["timeline", "obe-cel", "-o", "{}.png"],
    "html": ["timeline", "obe-cel", "-o", "{}.html"],
    "tsv": ["resolve", "NAMES", "--unresolved", "{}.tsv"],
    "all.json": ["data", "export", "-o", "{}.all.json"],
}


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _two_loops(path: Path) -> None:
    path.symlink_to("other")
    path.with_name("other").symlink_to(path.name)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "loop": (_loop, "Too many levels of symbolic links"),
    "two loops": (_two_loops, "Too many levels of symbolic links"),
    "directory": (Path.mkdir, "it is a directory"),
    "fifo": (_fifo, "it is not a file"),
    "device": (lambda path: path.symlink_to("/dev/full"), "it is not a file"),
    "link to nowhere": (lambda path: path.symlink_to("no/such/file"), "No such file"),
}


def _asked(kind: str, stem: Path) -> tuple[list[str], Path]:
    """The question that writes a file of this kind, and the file."""
    names = stem.parent.parent / "names.txt"
    names.write_text("nonesuch\n")
    words = [word.replace("{}", str(stem)).replace("NAMES", str(names)) for word in WRITERS[kind]]
    return words, Path(words[-1])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["csv", "svg", "tsv", "all.json"])
def test_what_is_no_file_is_not_written_to(kind: str, place: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    asked, path = _asked(kind, here / "out")
    make, why = PLACES[place]
    make(path)
    before = sorted(os.listdir(here))
    result = RUNNER.invoke(app, asked)
    no_file = kind == "tsv" and place in ("directory", "fifo", "device")
    assert result.exit_code == (2 if no_file else 1)
    assert ("is no regular file" if no_file else why) in result.stderr
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert sorted(os.listdir(here)) == before


@pytest.mark.parametrize("kind", WRITERS)
def test_names_that_no_file_can_have_are_refused(kind: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    for stem, code, why in (
        (here / ("n" * 300), 1, "File name too long"),
        (here / "no" / "such", 1, "No such file or directory"),
        (tmp_path / "names.txt" / "x", 1, "Not a directory"),
        (here / "zero\0byte", 2, "holds a zero byte"),
    ):
        asked, _ = _asked(kind, here / "x")
        result = RUNNER.invoke(app, [word.replace(str(here / "x"), str(stem)) for word in asked])
        assert (result.exit_code, why in result.stderr) == (code, True), result.stderr
        assert os.listdir(here) == []


@pytest.mark.parametrize("asked", ["product -f csv -o", "resolve - --unresolved", "data export -o",
                                   "data export -f csv -o"])  # fmt: skip
def test_an_empty_name_is_refused(asked: str) -> None:
    _refused(_run(*asked.split(" "), "", input=""), 2, "the name of the file to write is empty")


NOBODY = 65534


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Have no right to write where others may not, as the superuser has everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        if not os.access(loading.__file__, os.R_OK):
            pytest.skip("the package lies where only the superuser may read it")
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that everybody may enter."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(place) / "here"
        here.mkdir()
        Path(place).chmod(0o755)
        yield here
        here.chmod(0o755)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_may_not_be_written_stays_as_it_was(kind: str, what: str, open_place: Path) -> None:
    asked, path = _asked(kind, open_place / "out")
    assert RUNNER.invoke(app, asked).exit_code == 0  # and all that it imports is there
    path.write_text("old")
    path.chmod(0o444 if what == "file" else 0o666)
    open_place.chmod(0o777 if what == "file" else 0o555)
    with _as_nobody():
        result = RUNNER.invoke(app, asked)
    assert result.exit_code == 1, result.stderr
    assert f"error: {path}: cannot be written: Permission denied" in result.stderr
    assert (path.read_text(), os.listdir(open_place)) == ("old", [path.name])


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_that_grows_too_large_leaves_the_old_one(kind: str, tmp_path: Path) -> None:
    """As on a full disk: writing fails when half is written."""
    here = tmp_path / "here"
    here.mkdir()
    asked, path = _asked(kind, here / "out")
    path.write_text("old")
    if kind == "tsv":
        (tmp_path / "names.txt").write_text("nonesuch\n" * 2000)
    found = _run(*asked, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)))
    assert found.returncode == (0 if (path.stat().st_size > 3) else 1)
    assert path.stat().st_size > 3 or "cannot be written: File too large" in found.stderr
    assert os.listdir(here) == [path.name]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("call", ["tempfile.mkstemp", "os.replace", "os.chmod"])
def test_whatever_the_system_refuses_is_one_line(
    call: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(call, refuse)
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(CartrefError, match=f"out.csv: cannot be written: {os.strerror(number)}"):
        export.atomically(str(path), lambda file: file.write("new"))
    assert (path.read_text(), os.listdir(tmp_path)) == ("old", ["out.csv"])


def test_a_directory_that_goes_while_it_is_written_to_is_one_line(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    with pytest.raises(CartrefError, match="cannot be written: No such file"):
        export.atomically(str(here / "out"), lambda _: shutil.rmtree(here))


@pytest.mark.parametrize("asked", ["product -o out.csv", "resolve - --unresolved out.tsv",
                                   "data export -f csv -o out"])  # fmt: skip
def test_a_directory_that_is_gone_has_no_place_for_files(asked: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    line = f'mkdir "{gone}"; cd "{gone}"; rmdir "{gone}"; exec {" ".join(COMMAND)} {asked}'
    place = str(Path(load.__code__.co_filename).parents[1])
    found = subprocess.run(
        ["/usr/bin/env", "bash", "-c", line],
        capture_output=True,
        text=True,
        input="x\n",
        check=False,
        env={**os.environ, "PYTHONPATH": place},
    )
    assert found.returncode == 1, found.stderr
    assert found.stderr.splitlines()[-1].startswith("error: out")
    assert "Traceback" not in found.stderr


def test_links_are_followed_and_permissions_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    link.symlink_to("real.csv")
    assert RUNNER.invoke(app, ["product", "-o", str(link)]).exit_code == 0
    real.chmod(0o600)
    assert RUNNER.invoke(app, ["product", "-o", str(link)]).exit_code == 0
    assert (link.is_symlink(), real.stat().st_mode & 0o777) == (True, 0o600)


def test_an_export_into_a_file_or_a_loop_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    _loop(tmp_path / "loop")
    for name in ("file", "file/below", "loop", "n" * 300):
        found = _run("data", "export", "-f", "csv", "-o", str(tmp_path / name))
        _refused(found, 1, "cannot be written: ")
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "trials.csv").mkdir()
    found = _run("data", "export", "-f", "csv", "-o", str(tmp_path / "some"))
    _refused(found, 1, "trials.csv: cannot be written: it is a directory")
    assert not [name for name in os.listdir(tmp_path / "some") if name.startswith(".")]


# ---- files that cannot be read

DEEP = 100_000
UNREADABLE_PATIENTS: dict[str, tuple[bytes, str]] = {
    "deep.json": (b'{"prior": ' + b"[" * DEEP + b"]" * DEEP + b"}", "is not valid JSON"),
    "deep.toml": (b"prior = " + b"[" * DEEP + b"]" * DEEP, "is not valid TOML"),
    "tables.toml": (b"a = " + b"{ a = " * 5000 + b"1" + b" }" * 5000, "is not valid TOML"),
    "dotted.toml": (b"a" + b".a" * 5000 + b" = 1", ""),
    "digits.json": (b'{"age": ' + b"9" * 5000 + b"}", "is not valid JSON"),
    "digits.toml": (b"age = " + b"9" * 5000, "is not valid TOML"),
    "hexadecimal.toml": (b"age = 0x" + b"f" * 5000, "age: a number too large to show"),
    "large.toml": (b"age = 9223372036854775808", "age: 9223372036854775808 is no number"),
    "nan.toml": (b"relapsed_within_months = nan", "relapsed_within_months: nan is no number"),
    "inf.toml": (b"relapsed_within_months = -inf", "-inf is no number"),
    "day.toml": (b"age = 2024-01-01", "age: expected a whole number"),
    "nul.json": (b'{"age": 5}\0', "is not valid JSON"),
    "nul.toml": (b"age = 5\0", "is not valid TOML"),
    "utf16.json": ('{"age": 5}'.encode("utf-16"), "line 1: is not UTF-8"),
    "latin.json": (b'\n{"id": "\xe9"}', "line 2: is not UTF-8"),
    "long.json": (b'{"age": "' + b"x" * 10**6 + b'"}', "age: expected a whole number"),
    "many.json": (json.dumps([[0] * 1000] * 1000).encode(), "found [0, 0, "),
    "line.ndjson": (b'{"id": "a"}' * 100_000, "is not valid JSON"),
    "twice.toml": (b"age = 1\nage = 2", "is not valid TOML"),
    "table.toml": (b"age = { a.b.c = 1 }", "age: expected a whole number"),
    "patient.toml": (b"patient.age = 3", "write one patient at the top"),
    "surrogate.json": (rb'{"id": "\ud800"}', "id: must be printable"),
}


@pytest.mark.parametrize("name", UNREADABLE_PATIENTS)
def test_a_file_of_patients_that_makes_no_sense_is_one_line(name: str, tmp_path: Path) -> None:
    content, why = UNREADABLE_PATIENTS[name]
    path = tmp_path / name
    path.write_bytes(content)
    found = _run("eligibility", "--patient", str(path))
    _refused(found, 2, name, why)
    assert len(found.stderr) < 5000


@pytest.mark.parametrize("depth", range(100, 1000, 60))
def test_no_depth_of_a_patient_is_too_much_for_the_error(depth: int, tmp_path: Path) -> None:
    """What the parser can just read must be told back too."""
    path = tmp_path / "patient.json"
    path.write_text('{"prior": ' + "[" * depth + "]" * depth + "}")
    with pytest.raises(UsageError):
        Reader(load(), exact=True).file(str(path))


def test_a_file_without_an_end_is_refused(
    tmp_path: Path, broken_copy: BrokenCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "zero.json"
    endless.symlink_to("/dev/zero")
    _refused(_run("eligibility", "--patient", str(endless)), 2, "is larger than 33,554,432 bytes")
    with open("/dev/zero", "rb") as zero:
        _refused(_run("eligibility", "--patient", "-", stdin=zero), 2, "stdin: is larger than")
    found = _run("resolve", "/dev/zero")
    assert found.returncode == 1
    assert "/dev/zero: a line of more than 16,777,216 bytes" in found.stderr
    monkeypatch.setattr(loading, "LARGEST", 100)
    with pytest.raises(DataError, match=r"products.toml: is larger than 100 bytes"):
        _ = load(broken_copy.directory).products


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (Path.mkdir, "Is a directory"),
        (_loop, "Too many levels of symbolic links"),
        (lambda path: path.symlink_to("nowhere"), ""),
    ],
    ids=["directory", "loop", "link to nowhere"],
)
def test_what_is_no_file_is_not_read(
    make: Callable[[Path], object], why: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.json"
    make(path)
    _refused(_run("eligibility", "--patient", str(path)), 2, "in.json", why)
    found = _run("resolve", str(path))
    _refused(found, 1 if why else 2, "in.json", why)
    with pytest.raises(UsageError, match="cannot be read"):
        Reader(load(), exact=True).file("zero\0byte.json")


ROWS: dict[str, tuple[bytes, list[str], int, str]] = {
    "utf-16": ("name\n".encode("utf-16"), [], 1, "is UTF-16"),
    "bytes": (b"Carvykti\nCarv\xffykti\n", [], 1, "line 2, column 5"),
    "deep": (b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}\n", ["-c", "a"], 1, "not JSON"),
    "open quote": (b'name,x\n"Carvykti,1\n' + b"x\n" * 10**5, ["-c", "name"], 1, "a quote that"),
    "too many cells": (b"name,x\na,b,c\n", ["-c", "name"], 1, "3 cells, but the header has 2"),
    "array": (b"[1]\n", ["-c", "a", "-"], 2, ""),
}


def test_a_member_that_is_nested_deep_is_a_cell_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.ndjson"
    nested = "[" * 900 + "]" * 900
    path.write_text(f'{{"a": "x", "b": {nested}}}\n')
    found = _run("resolve", str(path), "-c", "a", "-f", "tsv")
    if found.returncode == 0:  # how deep a Python goes depends on its version
        assert f"x\t{nested}\t" in found.stdout
    else:
        assert found.returncode == 1
        assert found.stderr.startswith("error: ")
        assert "line 1: a member is nested too deep for a cell" in found.stderr


@pytest.mark.parametrize("case", ROWS)
def test_rows_that_cannot_be_read_on_end_in_one_line(case: str, tmp_path: Path) -> None:
    content, options, code, why = ROWS[case]
    ending = ".ndjson" if content.startswith(b"{") else ".csv" if "-c" in options else ".txt"
    path = tmp_path / f"in{ending}"
    path.write_bytes(content)
    found = _run("resolve", str(path), *(word for word in options if word != "-"))
    assert found.returncode == code, found.stderr
    assert "Traceback" not in found.stderr
    assert found.stderr.splitlines()[-1].startswith("error: ")
    assert why in found.stderr


def test_zero_bytes_and_marks_in_names_are_only_unknown_names() -> None:
    found = _run("resolve", input="\ufeffCarvykti\nCar\0vykti\n\u202eAbecma\n")
    assert found.returncode == 0
    assert found.stdout.splitlines()[1].split("\t")[1] == "cilta-cel"


# ---- a dataset that makes no sense

TERM = '[[term]]\nid = "a"\nkind = "basics"\nmeaning = "x"\nsources = []\n'
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "empty": (b"", ""),
    "zero": (b"\0", "is not valid TOML"),
    "latin": (b'[[term]]\nid = "caf\xe9"\n', "is not valid TOML: line 2 is not UTF-8"),
    "utf-16": ("[[term]]".encode("utf-16"), "is not valid TOML: line 1 is not UTF-8"),
    "mark": (b"\xef\xbb\xbf[[term]]", "missing key"),
    "deep list": ("x = " + "[" * DEEP + "]" * DEEP, "is not valid TOML"),
    "deep table": ("x = " + "{ a = " * 5000 + "1" + " }" * 5000, "is not valid TOML"),
    "dotted": ("[[term]]\nid" + ".a" * 5000 + " = 1", ""),
    "digits": (TERM + "term = " + "9" * 5000, "is not valid TOML"),
    "hexadecimal id": ("[[term]]\nid = 0x" + "f" * 5000, "missing key"),
    "hexadecimal": (TERM + "term = 0x" + "f" * 5000, "a number too large to show"),
    "nan": (TERM + "term = nan", "expected a text, found nan"),
    "day": (TERM + "term = 2024-01-01", "expected a text, found the date 2024-01-01"),
    "table for text": (TERM + "term.a.b = 1", "expected a text, found {"),
    "list for text": (TERM + 'term = ["' + "x" * 10**6 + '"]', "expected a text"),
    "text for table": ('term = "x"', "'term' must be an array of tables"),
    "table once": ('[term]\nid = "a"', "'term' must be an array of tables"),
    "number for record": ("term = [1]", "expected a table, found 1"),
    "unknown table": ('[["x\\u001b"]]\nid = 1', "unknown table"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_makes_no_sense_is_one_problem_with_its_place(
    case: str, broken_copy: BrokenCopy
) -> None:
    content, why = BROKEN[case]
    broken_copy.write("terms.toml", content)
    if not content:
        return  # a glossary without terms has other problems
    [problem] = check(str(broken_copy.directory))
    assert problem.file == "terms.toml"
    assert why in problem.message
    assert len(str(problem)) < 1000
    found = _run("data", "check", str(broken_copy.directory))
    assert (found.returncode, found.stdout.count("\n")) == (1, 1)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "9223372036854775808"])
def test_a_number_that_is_none_is_refused_by_the_loader(
    value: str, broken_copy: BrokenCopy
) -> None:
    row = broken_copy.find("outcome", lambda values: "value" in values)
    text_ = broken_copy.text(row.file)
    old = f"value = {row.values['value']}"
    assert old in text_
    broken_copy.write(row.file, text_.replace(old, f"value = {value}", 1))
    [problem] = check(str(broken_copy.directory))
    assert (problem.file, problem.key) == (row.file, "value")
    assert "is no number" in problem.message


@pytest.mark.parametrize(
    ("make", "why"),
    [(_loop, "Too many levels"), (Path.mkdir, "Is a directory"), (lambda _: None, "No such file")],
    ids=["loop", "directory", "missing"],
)
def test_a_file_of_the_dataset_that_cannot_be_read_is_a_problem(
    make: Callable[[Path], object], why: str, broken_copy: BrokenCopy
) -> None:
    path = broken_copy.directory / "terms.toml"
    path.unlink()
    make(path)
    [problem] = check(str(broken_copy.directory))
    assert (problem.file, why in problem.message) == ("terms.toml", True)


# ---- paths

OUTSIDE = ["../../x", "/etc/x", "a/b", "..", ".", "a\\b", "a\0b", "A-cel", "a--b", ""]


@pytest.mark.parametrize("name", OUTSIDE, ids=ascii)
def test_no_id_of_a_product_leads_out_of_the_folder(
    name: str, broken_copy: BrokenCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    parse = loading.parse

    def noted(path: str) -> dict[str, Any]:
        opened.append(path)
        return parse(path)

    monkeypatch.setattr(loading, "parse", noted)
    row = broken_copy.find("product")
    catalog = Catalog(broken_copy.directory)
    for ask in (catalog.label, catalog.study, catalog.sources_of) if name else ():
        with pytest.raises(LookupError):
            ask(name)
    assert opened == []
    if name and "\0" not in name and "\\" not in name:
        broken_copy.put(row.file, row.id, {"id": name})
        problems = check(str(broken_copy.directory))
        assert ("products.toml", name, "id", "is not kebab-case") in problems


@pytest.mark.parametrize("name", ["class", "shared", "vocabulary"])
def test_no_product_takes_the_name_of_files_of_several(name: str, broken_copy: BrokenCopy) -> None:
    row = broken_copy.find("product")
    broken_copy.put(row.file, row.id, {"id": name})
    problems = check(str(broken_copy.directory))
    assert any(problem.record == name or name in problem.file for problem in problems)


def test_the_names_of_exported_files_come_from_no_data() -> None:
    names = {f"{table.list}.csv" for table in layout.TABLES.values()}
    assert all(name == os.path.basename(name) for name in names)
