"""Command lines that nobody would type: whatever is asked, the answer keeps its form.

Every command and option of the app is asked with real names, names with typing errors, and all
that an argument can hold. In short 200 examples are drawn, always the same; a long run draws as
many new ones as ``CARTREF_EXAMPLES`` says::

    CARTREF_EXAMPLES=5000 python -m pytest tests/test_fuzz.py
"""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import re
import tempfile
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cartref import load, names
from cartref.__main__ import main
from cartref.cli import build
from cartref.cli.streams import written_out
from cartref.schema import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartref.names import Kind

SHORT = 200
EXAMPLES = int(os.environ.get("CARTREF_EXAMPLES", SHORT))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
VALIDATED = 30_000  # signs of JSON that are held against the schema in no time
CODES = (0, 1, 2, 3, 4)
# What ends in 1 though nothing is wrong inside: files, and inputs that cannot be read on.
OUTSIDE = re.compile(
    r"error: .*(cannot be (written|read)|, line \d+|is UTF-16|is compressed|is read by nothing"
    r"|problems? in the (data|overlay)|bare carriage return)"
)


class Line(NamedTuple):
    """A command line.

    Attributes:
        arguments: what stands behind ``cartref``
        format: the format that they ask for; none for what the command takes by itself
        written: the name of the file that they ask for
        stdin: what can be read
        files: what lies in the directory, by name
    """

    arguments: tuple[str, ...]
    format: str | None
    written: str | None
    stdin: bytes
    files: dict[str, bytes]


class Done(NamedTuple):
    """What a command line led to."""

    code: int
    out: bytes
    err: str
    files: dict[str, bytes]


# ---- what may be typed


def _commands() -> dict[tuple[str, ...], list[Any]]:
    """The commands of the app with their parameters."""
    group: Any = typer.main.get_command(build())
    found: dict[tuple[str, ...], list[Any]] = {}
    for name, command in group.commands.items():
        for inner, sub in getattr(command, "commands", {"": command}).items():
            found[tuple(filter(None, (name, inner)))] = sub.params
    return found


COMMANDS = _commands()
COMMANDS.pop(("data", "freshness"), None)  # asks the network
CATALOG = load()
KINDS: tuple[Kind, ...] = ("product", "disease", "event", "trial", "term", "therapy", "source")
OF_KIND = {
    kind: sorted({name for pair in names.index_of(CATALOG, kind).names for name in pair})
    for kind in KINDS
}
NAMES = sorted({name for known in OF_KIND.values() for name in known})
# What the names of an argument, or of an option, are names of.
MEANT: dict[str, tuple[Kind, ...]] = {
    "product": ("product",), "compare": ("product",), "report": ("product",),
    "pathway": ("product",), "timeline": ("product",), "indication": ("disease",),
    "eligibility": ("product", "disease"), "side-effects": ("event", "product", "trial"),
    "trial": ("trial", "product"), "explain": ("term", "event"), "source": ("source",),
    "disease": ("disease",), "prior": ("therapy",), "no_prior": ("therapy",),
    "refractory_to": ("therapy",), "not_refractory_to": ("therapy",),
    "progressed_on": ("therapy",), "not_progressed_on": ("therapy",), "cannot_have": ("therapy",),
}  # fmt: skip
STEERING = "\x1b[31m \u202e\u200b\x07\r\n\t=<>&'\"|`[](){}*_#\\%$;,:/.@+-~\ufeff\u0301\u00df\u0130²"
# All that an argument of a process can hold: bytes that are no UTF-8 come as half pairs.
SIGNS = st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from(
    STEERING + "\udc80\udcff"
)
GARBAGE = st.text(SIGNS, max_size=12)


@st.composite
def _misspelt(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(NAMES))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(name)))
        name = name[:place] + draw(GARBAGE | st.sampled_from(" -e")) + name[place + 1 :]
    return name


WORDS = st.sampled_from(NAMES) | _misspelt() | GARBAGE


def _mostly(usual: st.SearchStrategy[str], other: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What is usual nine times of ten, so that most lines lead somewhere."""
    return st.integers(0, 9).flatmap(lambda drawn: usual if drawn else other)


def _meant(*places: str) -> st.SearchStrategy[str]:
    """Names of what belongs in the first of these places that is known."""
    place = next((one for one in places if one in MEANT), None)
    known = [name for kind in MEANT[place] for name in OF_KIND[kind]] if place else NAMES
    return _mostly(st.sampled_from(known), WORDS)


NUMBERS = st.sampled_from(
    ["0", "1", "2", "-1", "130", "131", "1e3", "nan", "inf", "-inf", "1.5", "²", "٣", "1_0",
     str(2**63), "9" * 400, "9" * 5000, "1e400", " 2 ", ""]
)  # fmt: skip
DAYS = st.sampled_from(
    ["2024-04-05", "2020", "2019-12", "9999-12-31", "0000-00-00", "2024-02-30", "1-1-1", "٢٠٢٤"]
) | st.dates().map(str)
CLOSED = {
    "regulator": ["FDA", "EMA", "fda", "Swissmedic", "PMDA"],
    "target": ["CD19", "BCMA", "bcma", "CD20"],
    "list_": ["indications", "outcomes", "sources"],
    "only": ["dose", "safety", "outcomes", "logistics", "product"],
    "transplant": ["eligible", "ineligible", "none", "relapsed-after-autologous"],
    "antigen": ["cd19-positive", "cd19-negative"],
    "status": ["approved", "investigational", "withdrawn", "relapsed", "refractory"],
    "kind": ["pivotal", "approval", "label", "smpc", "pending"],
    "column": ["name"],
    "data": ["nonesuch", "."],
    "prefix": ["", "x_", "=cmd|", "cartref_"],
}
FORMATS = ("table", "tsv", "csv", "md", "json", "ndjson", "svg", "png", "html")
DRAWN = ("svg", "png", "html")  # slow ones
FILE_NAMES = st.builds(
    lambda stem, ending: f"{stem}{ending}".replace("/", "-"),
    GARBAGE.map(lambda text: text.lstrip("-.~")) | st.sampled_from(["out", "a" * 300]),
    st.sampled_from(["", *(f".{item}" for item in FORMATS), ".txt", ".jsonl", ".CSV"]),
).filter(lambda name: name not in ("", ".", ".."))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


_PATIENT = st.fixed_dictionaries(
    {},
    optional={
        "id": st.none() | WORDS,
        "disease": _meant("disease"),
        "age": st.integers(-1, 140) | st.floats() | st.text(max_size=3),
        "prior": st.lists(_meant("prior"), max_size=2),
        "relapses": st.integers(0, 60),
        "status": st.lists(st.sampled_from(CLOSED["status"]), max_size=2),
        "relapsed_within_months": st.floats() | st.integers(0, 40),
        "antigens": st.lists(st.text(max_size=3) | st.lists(st.integers()), max_size=1),
    },
)
_TABLE = st.builds(
    lambda header, rows, sign: "\n".join([sign.join(header), *(sign.join(row) for row in rows)]),
    st.lists(st.sampled_from(["name", "name", "drug", "id", "kind"]), min_size=1, max_size=3),
    st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=5),
    st.sampled_from(",\t;"),
)
_OBJECTS = st.lists(_PATIENT | st.dictionaries(st.sampled_from(["name", "x"]), WORDS), max_size=4)
CONTENTS = (
    st.lists(WORDS, max_size=6).map(lambda lines: _bytes("\n".join(lines)))
    | _TABLE.map(_bytes)
    | _OBJECTS.map(lambda items: "\n".join(map(json.dumps, items)).encode())
    | _PATIENT.map(lambda item: json.dumps(item).encode())
    | st.binary(max_size=60)
    | GARBAGE.map(lambda text: _bytes(text) * 50)
)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A command line of a real command with any of its options."""
    command = draw(st.sampled_from(sorted(COMMANDS)))
    arguments: list[str] = []
    asked = written = None
    short = False
    files: dict[str, bytes] = {}
    options = [part for part in COMMANDS[command] if part.param_type_name == "option"]
    for part in draw(st.lists(st.sampled_from(options), max_size=4)) if options else ():
        name = draw(st.sampled_from(part.opts))
        if part.is_flag:
            short |= part.name == "json"
            arguments.append(name)
            continue
        value = _value(draw, part, files)
        if part.name == "format" and value in FORMATS:
            asked = value
        if part.name in ("output", "unresolved"):
            written = value
        joined = name.startswith("--") and draw(st.booleans())
        arguments += [f"{name}={value}"] if joined else [name, value]
    for part in COMMANDS[command]:
        if part.param_type_name == "argument":
            arguments += _words(draw, command, part, files)
    if draw(st.integers(0, 30)) == 0:
        place = draw(st.integers(0, len(arguments)))
        arguments.insert(place, draw(st.sampled_from(["--help", "-h", "--", "-", "--nonesuch"])))
    if short:
        asked = "ndjson" if command == ("resolve",) else "json"
    return Line((*command, *arguments), asked, written, draw(CONTENTS), files)


def _value(draw: st.DrawFn, part: Any, files: dict[str, bytes]) -> str:
    """A value for an option."""
    if part.name in ("output", "unresolved"):
        return draw(FILE_NAMES)
    if part.name == "patient":
        return _file(draw, files, [".json", ".toml", ".ndjson", ".jsonl", ".txt"])
    choices = getattr(part.type, "choices", None)
    if choices is not None:
        drawn = [item for item in choices if str(item) not in DRAWN or draw(st.booleans())]
        return draw(_mostly(st.sampled_from([str(item) for item in drawn]), GARBAGE))
    if part.type.name in ("int range", "float range", "integer range"):
        return draw(_mostly(st.integers(1, 70).map(str), NUMBERS | st.integers().map(str)))
    if part.name in ("as_of", "since", "until"):
        return draw(_mostly(DAYS, GARBAGE))
    closed = CLOSED.get(part.name)
    return draw(_mostly(st.sampled_from(closed), WORDS) if closed else _meant(part.name))


def _words(
    draw: st.DrawFn, command: tuple[str, ...], part: Any, files: dict[str, bytes]
) -> list[str]:
    """The words of an argument; some begin like an option."""
    if command == ("resolve",):
        return [_file(draw, files, [".csv", ".tsv", ".ndjson", ".txt"])]
    if command == ("data", "check"):
        return draw(st.lists(GARBAGE.map(lambda text: f"none{text}"), max_size=1))
    words = draw(st.lists(_meant(command[0]), min_size=part.required, max_size=2))
    words = words if part.nargs == -1 else words[:1]
    guard = ["--"] if any(word.startswith("-") for word in words) and draw(st.booleans()) else []
    return [*guard, *(word if guard else word.replace("-o", "-") for word in words)]


def _file(draw: st.DrawFn, files: dict[str, bytes], endings: list[str]) -> str:
    """A file of the directory, or stdin, or a file that is not there."""
    name = draw(
        _mostly(
            st.sampled_from([f"input{item}" for item in endings]),
            st.sampled_from(["-", "nonesuch.csv", "."]),
        )
    )
    if name.startswith("input"):
        files[name] = draw(CONTENTS)
    return name


# ---- asking


@contextmanager
def _streams(line: Line) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Our own streams and arguments, those of a process in a pipe."""
    out, err = io.BytesIO(), io.BytesIO()
    streams = [
        io.TextIOWrapper(io.BytesIO(line.stdin)),
        *(io.TextIOWrapper(raw, encoding="utf-8", newline="") for raw in (out, err)),
    ]
    with (
        patch("sys.argv", ["cartref", *line.arguments]),
        patch.multiple("sys", stdin=streams[0], stdout=streams[1], stderr=streams[2]),
    ):
        yield out, err
    for stream in streams:
        stream.detach()


def _run(line: Line) -> Done:
    """Run a command line in a directory of its own."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as place:
        for name, content in line.files.items():
            Path(place, name).write_bytes(content)
        os.chdir(place)
        try:
            with _streams(line) as (out, err), pytest.raises(SystemExit) as ended:
                main()
            left = {
                path.relative_to(place).as_posix(): path.read_bytes()
                for path in Path(place).rglob("*")
                if path.is_file()
            }
        finally:
            os.chdir(before)
            gc.unfreeze()
            gc.enable()
    for name, content in line.files.items():
        assert left.pop(name) == content
    code = ended.value.code or 0
    assert isinstance(code, int)
    return Done(code, out.getvalue(), err.getvalue().decode(), left)


# ---- what an answer must be


def _json(text: str) -> dict[str, Any]:
    """JSON that any parser takes, in the form that its schema says."""
    assert text.isascii()
    found: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    if len(text) < VALIDATED and "command" in found:
        _validator(found["command"]).validate(found)
    return found


@cache
def _validator(command: str) -> Draft202012Validator:
    """What validates the envelopes of a command; for all of them it would be slow."""
    whole = schema()
    [part] = [
        part
        for part in whole["oneOf"]
        if part.get("properties", {}).get("command", {}).get("const") == command
    ]
    return Draft202012Validator({**part, "$defs": whole["$defs"]})


def _rows(text: str, delimiter: str, *, quoted: bool = True) -> list[list[str]]:
    """A table whose rows are all as wide as its header."""
    if quoted:
        csv.field_size_limit(2**24)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    else:
        rows = [line.split(delimiter) for line in text.split("\n")[:-1]]
    assert len({len(row) for row in rows}) == 1
    return rows


class _Page(HTMLParser):
    """Refuses what could run, and what is fetched from elsewhere."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        assert tag not in ("script", "iframe", "img", "link", "object")
        for name, value in attributes:
            assert not name.startswith("on")
            assert name != "href" or (value or "").startswith(("https://", "#"))


def _check_form(content: bytes, format: str) -> None:
    """An answer is what its format asks for."""
    if format == "png":
        assert content.startswith(b"\x89PNG\r\n")
        return
    text = content.decode()
    if format in ("json", "ndjson"):
        for one in text.splitlines():
            _json(one)
        assert format == "ndjson" or text.count("\n") == 1
        return
    assert written_out(text, kept="\n\t\N{NO-BREAK SPACE}") == text
    if format in ("csv", "tsv"):
        header, *_ = _rows(text, {"csv": ",", "tsv": "\t"}[format], quoted=format == "csv")
        assert len(set(header)) == len(header)
    elif format == "svg":
        ET.fromstring(text)  # noqa: S314 - our own
    elif format == "html":
        _Page().feed(text)


def _check_resolved(line: Line, done: Done) -> None:
    """Rows keep what they were; what is added to them fits the format."""
    text = done.out.decode()
    suffix = os.path.splitext(next(iter(line.files), ""))[1]
    if line.format == "ndjson" or (line.format is None and suffix == ".ndjson"):
        for one in text.split("\n")[:-1]:
            assert isinstance(json.loads(one), dict) or not one.strip()
    elif line.format in ("csv", "tsv") and text:
        rows = [row for row in _rows_of_any(text, line.format) if row]
        assert len({len(row) for row in rows}) == 1


def _rows_of_any(text: str, format: str) -> list[list[str]]:
    csv.field_size_limit(2**24)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=",\t"[format == "tsv"]))


def _check(line: Line, done: Done) -> None:
    assert done.code in CODES
    assert "Traceback" not in done.err
    assert "internal error" not in done.err
    assert written_out(done.err, kept="\n") == done.err
    errors = [one for one in done.err.splitlines() if one.startswith("error: ")]
    if done.code == 0:
        assert not errors
    else:
        assert len(errors) == 1
        assert done.err.endswith(f"{errors[0]}\n")
        assert done.code != 1 or OUTSIDE.match(errors[0])
    asked_for_help = {"--help", "-h"} & set(line.arguments)
    if line.arguments[0] == "resolve":
        assert set(done.files) <= {line.written}
        if done.code == 0 and not asked_for_help:
            _check_resolved(line, done)
        return
    if line.arguments[:2] == ("data", "export") and line.format == "csv":
        assert {name.rpartition("/")[0] for name in done.files} <= {line.written}
        for content in done.files.values():
            _check_form(content, "csv")
        return
    assert set(done.files) <= ({line.written} if done.code == 0 else set())
    if asked_for_help or line.arguments[0] == "data":
        return
    if done.code:
        assert not done.out or (line.format in ("json", "ndjson") and _json(done.out.decode()))
    elif line.written is None:
        default = "md" if line.arguments[0] == "report" else "tsv"
        _check_form(done.out, line.format or default)
    else:
        told = os.path.splitext(line.written)[1].lower().removeprefix(".")
        told = {"txt": "table", "jsonl": "ndjson"}.get(told, told)
        [content] = done.files.values()
        _check_form(content, line.format or told)


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home of our own, where libraries may keep what they keep."""
    with patch.dict(os.environ, {"HOME": str(tmp_path_factory.mktemp("home"))}):
        yield


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= SHORT, suppress_health_check=SLOW
)
@given(line=lines())
def test_any_command_line_ends_as_documented(line: Line) -> None:
    _check(line, _run(line))
