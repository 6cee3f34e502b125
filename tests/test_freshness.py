"""``cartref data freshness``, asked of a server on this machine that plays openFDA."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import ssl
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

import cartref
from cartref import freshness, load, openfda
from cartref.catalog import Catalog
from cartref.cli import build
from cartref.schema import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import BrokenCopy
    from syrupy.assertion import SnapshotAssertion

    Answer = Callable[["Handler"], None]

app = build(["data"])
RUNNER = CliRunner()
ASKED_ON = date(2026, 11, 20)
CATALOG = load()
APPROVED = [product.id for product in freshness.approved(CATALOG)]
SHOWN = (
    "tisa-cel",
    "axi-cel",
    "brexu-cel",
    "liso-cel",
    "ide-cel",
    "cilta-cel",
    "obe-cel",
)  # of them, on the screen
OLD, NEW = "20200131", "20261115"
SCHEMA = schema()
[ENVELOPE] = [
    part
    for part in SCHEMA["oneOf"]
    if part.get("properties", {}).get("command") == {"const": "data freshness"}
]
VALIDATOR = Draft202012Validator({**ENVELOPE, "$defs": SCHEMA["$defs"]})
CERTIFICATES = cache(ssl.create_default_context)


class Handler(BaseHTTPRequestHandler):
    """Answers as the test that is running says."""

    server: Server

    def do_GET(self) -> None:
        """Let the server answer."""
        self.server.answer(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Plays openFDA: each product has a list of answers, of which the last is given again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: dict[str, list[Answer]] = {}
        self.requests: list[Handler] = []
        self.over = threading.Event()
        self.lock = threading.Lock()

    def answer(self, request: Handler) -> None:
        """Give the next answer of the product that is asked for."""
        search = parse_qs(urlsplit(request.path).query)["search"][0]
        [product] = [key for key in APPROVED if any(f'"{fact}"' in search for fact in _facts(key))]
        with self.lock:
            self.requests.append(request)
            answers = self.script.get(product) or [labels(label(product, OLD))]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(request)

    def handle_error(self, *_: object) -> None:
        """Bear it that the client went away."""


@dataclass
class OpenFDA:
    """What plays openFDA, and what it was told.

    Attributes:
        server: the server
        url: its address
        waits: the seconds that were waited between tries
    """

    server: Server
    url: str
    waits: list[float] = field(default_factory=list)

    @property
    def requests(self) -> list[Handler]:
        """What was asked."""
        return self.server.requests

    def says(self, *answers: Answer, product: str = "cilta-cel") -> None:
        """Give these answers about a product, the last of them for ever."""
        self.server.script[product] = list(answers)

    def run(self, *arguments: str, product: str | None = "cilta-cel", width: int = 100) -> Result:
        """Run the command."""
        wanted = ["--product", product] if product else []
        command = ["data", "freshness", "--url", self.url, *wanted, *arguments]
        return RUNNER.invoke(app, command, env={"COLUMNS": str(width), "TERM": "dumb"})

    def one(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The answer about one product, which keeps to the schema."""
        result = self.run("--json", *arguments)
        assert result.exit_code == code, result.output
        assert "\x1b" not in result.output
        envelope = json.loads(result.stdout)
        assert list(VALIDATOR.iter_errors(envelope)) == []
        [found] = envelope["results"]
        assert (found["state"] == "failed") == bool(code)
        assert isinstance(found, dict)
        return found

    def reason(self, *arguments: str) -> str:
        """Why openFDA could not be asked."""
        return str(self.one(*arguments, code=1)["reason"])


@pytest.fixture
def fda(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenFDA]:
    """A server that plays openFDA; no one waits between tries."""
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv(freshness.KEY, raising=False)
    # To read them takes longer than all the rest.
    monkeypatch.setattr(ssl, "create_default_context", CERTIFICATES)
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    found = OpenFDA(server, f"http://127.0.0.1:{server.server_address[1]}")

    async def sleep(seconds: float) -> None:
        found.waits.append(seconds)

    monkeypatch.setattr(openfda, "sleep", sleep)
    monkeypatch.setattr(openfda, "today", lambda: ASKED_ON)
    yield found
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


# ---- what openFDA may say


def _codes(product: str, system: str) -> list[str]:
    return [item.code for item in CATALOG.label(product).codes if item.system == system]


def _code(product: str, system: str) -> str:
    return _codes(product, system)[0]


def _applications(product: str) -> list[str]:
    return [f"BLA{code}" for code in _codes(product, "BLA")]


def _brands(product: str) -> list[str]:
    names = CATALOG.products[product].names
    return [name.text for name in names if name.kind == "brand" and "US" in name.regions]


def _facts(product: str) -> list[str]:
    """By what openFDA is asked for a product; of some nothing may be known."""
    return [*_codes(product, "SPL set id"), *_applications(product), *_brands(product)]


def _not_asked(*products: str) -> str:
    """The notice that these products, and those of which nothing is known, were not asked for."""
    failed = [key for key in APPROVED if key in products or not _facts(key)]
    return f"openFDA could not be asked for {', '.join(failed)}."


def label(product: str, effective: object, **more: object) -> dict[str, Any]:
    """A label as openFDA gives it."""
    return {
        "effective_time": effective,
        "set_id": next(iter(_codes(product, "SPL set id")), None),
        "id": "0f4c5b3e-6a7d-4f10-9b51-1f2d3c4b5a69",
        "version": "18",
        "boxed_warning": ["WARNING: CYTOKINE RELEASE SYNDROME"],
        "openfda": {
            "application_number": _applications(product)[:1],
            "brand_name": [brand.upper() for brand in _brands(product)[:1]],
        },
        **more,
    }


def labels(*found: object) -> Answer:
    """An answer that holds labels."""
    return document({"meta": {"results": {"total": len(found)}}, "results": list(found)})


def document(value: object, status: int = 200) -> Answer:
    """An answer that holds this as JSON."""
    return body(json.dumps(value).encode(), status)


def body(content: bytes, status: int = 200, **headers: str) -> Answer:
    """An answer that holds these bytes."""
    return lambda request: request.send(status, content, **headers)


def error(status: int, code: str = "SERVER_ERROR", **headers: str) -> Answer:
    """An answer that is an error."""
    content = json.dumps({"error": {"code": code, "message": "No \x1b[31mmatches\x07 found!"}})
    return body(content.encode(), status, **headers)


def in_drops(start: bytes, drop: bytes) -> Answer:
    """An answer that never ends, each of its drops well in time."""

    def answer(request: Handler) -> None:
        request.wfile.write(start)
        while not request.server.over.wait(0.02):
            request.wfile.write(drop)

    return answer


def promises(request: Handler) -> None:
    """Heads that announce an answer, without end and as fast as they are read."""
    while not request.server.over.is_set():
        request.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)


def silence(request: Handler) -> None:
    """No answer."""
    request.server.over.wait(5)


def broken_off(request: Handler) -> None:
    """An answer that ends before its time."""
    request.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"results": [')
    request.close_connection = True


NOT_FOUND = error(404, "NOT_FOUND")


# ---- labels


def test_a_label_that_is_not_newer_is_current(fda: OpenFDA) -> None:
    assert fda.one()["state"] == "current"


def test_a_newer_label_is_told_with_its_page(fda: OpenFDA) -> None:
    fda.says(labels(label("cilta-cel", NEW)))
    found = fda.one()
    set_id = _code("cilta-cel", "SPL set id")
    assert found["state"] == "newer"
    assert found["effective"] == "2026-11-15"
    assert found["version"] == 18
    assert found["url"].endswith(f"setid={set_id}&version=18")
    assert found["matched_by"] == ["set id", "application number", "brand name"]
    assert found["source_date"] < found["effective"]


def test_our_label_is_in_the_envelope(fda: OpenFDA) -> None:
    envelope = json.loads(fda.run("--json").stdout)
    [found] = envelope["results"]
    [source] = found["sources"]
    assert envelope["sources"][source]["kind"] == "label"
    assert envelope["sources"][source]["date"] == found["source_date"]


@pytest.mark.parametrize(
    ("ours", "effective", "state"),
    [
        ("2026-06-09", "20260609", "current"),
        ("2026-06-09", "20260610", "newer"),
        ("2026-06", "20260630", "current"),
        ("2026-06", "20260701", "newer"),
        ("2026", "20261031", "current"),
        ("2025", "20260101", "newer"),
        (None, "20260101", "not known"),
    ],
)
def test_dates_are_compared_as_exactly_as_known(
    fda: OpenFDA, broken_copy: BrokenCopy, ours: str | None, effective: str, state: str
) -> None:
    for row in list(broken_copy.rows("source")):
        if row.values["kind"] == "label" and "CARVYKTI" in row.values["title"].upper():
            if ours is None and "date" in row.values:
                broken_copy.drop(row.file, row.id, "date")
            elif row.values.get("date") != ours:
                broken_copy.put(row.file, row.id, {"date": ours})
    fda.says(labels(label("cilta-cel", effective)))
    catalog = Catalog(broken_copy.directory)
    [found] = freshness.check(catalog, [catalog.products["cilta-cel"]], fda.url, 10)
    assert found.state == state
    assert found.source_date == ours
    assert bool(found.reason) == (len(ours or "") < 10 and state != "newer")


@pytest.mark.parametrize(
    ("found", "effective", "matched_by"),
    [
        ([("20251001", {}), ("20260101", {})], "2026-01-01", 3),
        ([("20260101", {}), ("20251001", {})], "2026-01-01", 3),
        ([("20251001", {}), (NEW, {"set_id": None, "openfda": {}})], "2025-10-01", 3),
        ([("20251001", {"set_id": "another"}), (OLD, {})], "2025-10-01", 2),
        ([("20251001", {"openfda": {}})], "2025-10-01", 1),
        ([("20251001", {"openfda": None})], "2025-10-01", 1),
    ],
    ids=[
        "the newest last",
        "the newest first",
        "another product's",
        "a new id",
        "nothing but an id",
        "null for names",
    ],
)
def test_the_newest_label_of_the_product_counts(
    fda: OpenFDA, found: list[tuple[str, dict[str, Any]]], effective: str, matched_by: int
) -> None:
    fda.says(labels(*(label("cilta-cel", day, **more) for day, more in found)))
    answer = fda.one()
    assert answer["effective"] == effective
    assert len(answer["matched_by"]) == matched_by


def test_the_number_of_the_application_alone_counts_only_without_a_better_label(
    fda: OpenFDA,
) -> None:
    number = {"application_number": [f"BLA{_code('cilta-cel', 'BLA')}"], "brand_name": ["VECTOR"]}
    vector = label("cilta-cel", NEW, set_id="another", openfda=number)
    fda.says(labels(vector, label("cilta-cel", OLD)))
    assert fda.one()["state"] == "current"
    fda.says(labels(vector))
    assert fda.one()["matched_by"] == ["application number"]


@pytest.mark.parametrize(
    "answer",
    [NOT_FOUND, error(200, "NOT_FOUND"), labels(), labels(label("obe-cel", NEW))],
    ids=["404", "200", "no labels", "another product's"],
)
def test_what_openfda_does_not_have_is_not_found(fda: OpenFDA, answer: Answer) -> None:
    fda.says(answer)
    found = fda.one()
    assert found["state"] == "not found"
    assert found["effective"] is None
    assert len(fda.requests) == 1


def test_every_product_of_the_fda_is_asked_for_once(fda: OpenFDA) -> None:
    fda.says(labels(label("axi-cel", NEW)), product="axi-cel")
    fda.says(error(400, "BAD_REQUEST"), product="obe-cel")
    result = fda.run("--json", product=None)
    assert result.exit_code == 1
    envelope = json.loads(result.stdout)
    states = {item["product"]: item["state"] for item in envelope["results"]}
    dated = {item["product"] for item in envelope["results"] if item["source_date"]}
    expected = {
        key: ("current" if key in dated else "not known") if _facts(key) else "failed"
        for key in APPROVED
    }
    assert states == expected | {"axi-cel": "newer", "obe-cel": "failed"}
    assert envelope["notices"] == [_not_asked("obe-cel")]
    assert len(fda.requests) == sum(bool(_facts(key)) for key in APPROVED)


def test_a_newer_label_is_an_answer(fda: OpenFDA) -> None:
    fda.says(labels(label("axi-cel", NEW)), product="axi-cel")
    assert fda.run(product="axi-cel").exit_code == 0


def test_a_product_that_the_fda_has_not_approved_is_not_asked_for(fda: OpenFDA) -> None:
    result = fda.run("--json", product="relma-cel")
    envelope = json.loads(result.stdout)
    assert result.exit_code == 0
    assert envelope["results"] == []
    assert envelope["notices"] == ["relma-cel has no active indication at the FDA."]
    assert fda.requests == []


def test_the_question_names_what_is_known_of_the_label(fda: OpenFDA) -> None:
    fda.one()
    [request] = fda.requests
    asked = parse_qs(urlsplit(request.path).query)
    assert urlsplit(request.path).path == "/drug/label.json"
    assert asked["sort"] == ["effective_time:desc"]
    search = (
        f'set_id:"{_code("cilta-cel", "SPL set id")}"'
        f' OR openfda.application_number:"BLA{_code("cilta-cel", "BLA")}"'
        ' OR openfda.brand_name:"Carvykti"'
    )
    assert asked["search"] == [search]
    assert "authorization" not in request.headers


def test_what_could_change_the_question_is_left_out() -> None:
    wanted = openfda.Wanted(('x" OR set_id:"y',), ("BLA1",), ("Ab*", ""))
    assert wanted.search() == 'openfda.application_number:"BLA1"'


# ---- the key


def test_the_key_goes_along_and_is_never_shown(
    fda: OpenFDA, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(freshness.KEY, "very-secret\n")
    fda.says(error(403, "API_KEY_INVALID"))
    for arguments in (["--json"], ["--format", "table"]):
        result = fda.run(*arguments)
        assert result.exit_code == 1
        assert "API_KEY_INVALID" in result.output
        assert "very-secret" not in result.output
    for request in fda.requests:
        assert "very-secret" not in request.path
        told = base64.b64decode(request.headers["authorization"].removeprefix("Basic "))
        assert told == b"very-secret:"


def test_the_key_is_not_sent_where_others_can_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(freshness.KEY, "very-secret")
    result = RUNNER.invoke(app, ["data", "freshness", "--url", "http://fda.example"])
    assert result.exit_code == 2
    assert result.stderr == "error: --url: OPENFDA_API_KEY goes over https only\n"


# ---- trouble that may pass


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_an_error_that_passes_is_asked_again(fda: OpenFDA, status: int) -> None:
    fda.says(error(status), labels(label("cilta-cel", NEW)))
    assert fda.one()["state"] == "newer"
    assert fda.waits == [1.0]


@pytest.mark.parametrize("status", [429, 500])
def test_an_error_that_stays_is_told(fda: OpenFDA, status: int) -> None:
    fda.says(error(status))
    assert fda.reason().startswith(f"openFDA answered {status} (")
    assert fda.waits == [1.0, 2.0]
    assert len(fda.requests) == 3


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7.0), (" 0 ", 0.0), ("soon", 1.0), ("-5", 1.0), ("", 1.0), ("9" * 400, 1.0)],
    ids=["seconds", "at once", "a word", "negative", "empty", "more digits than a number has"],
)
def test_as_long_is_waited_as_asked(fda: OpenFDA, asked: str, waited: float) -> None:
    fda.says(error(429, Retry_After=asked), labels(label("cilta-cel", OLD)))
    assert fda.one()["state"] == "current"
    assert fda.waits == [waited]


def test_a_moment_to_wait_for_is_understood(fda: OpenFDA) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=40)
    fda.says(
        error(429, Retry_After=format_datetime(moment, usegmt=True)),
        error(429, Retry_After="Thu, 01 Jan 1970 00:00:00 GMT"),
        labels(label("cilta-cel", OLD)),
    )
    assert fda.one()["state"] == "current"
    assert 20 < fda.waits[0] <= 40
    assert fda.waits[1] == 0


def test_who_asks_to_wait_for_long_is_not_asked_again(fda: OpenFDA) -> None:
    fda.says(error(429, Retry_After="3600"))
    told = "openFDA answered 429 (too many requests): it asks to wait 3600 s"
    assert fda.reason() == told
    assert fda.waits == []


@pytest.mark.parametrize(
    "answer",
    [
        silence,
        in_drops(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        in_drops(b"HTTP/1.1 200 OK\r\n", b"X-More: of it\r\n"),
        promises,
    ],
    ids=["no answer", "a body in drops", "a head in drops", "nothing but announcements"],
)
def test_an_answer_that_takes_too_long_is_given_up(fda: OpenFDA, answer: Answer) -> None:
    fda.says(answer)
    begun = time.monotonic()
    assert fda.reason("--timeout", "0.2") == "no answer within 0.2 s, asked 3 times"
    assert time.monotonic() - begun < 4


def test_an_answer_that_comes_late_once_is_asked_for_again(fda: OpenFDA) -> None:
    fda.says(silence, labels(label("cilta-cel", NEW)))
    assert fda.one("--timeout", "1")["state"] == "newer"


@pytest.mark.parametrize(
    "answer",
    [
        broken_off,
        lambda request: request.wfile.write(b"\x1b[31mnonsense\r\n\r\n"),
        lambda request: request.wfile.write(b"HTTP/1.1 200 OK\r\n\x1b\x00: x\r\n\r\n"),
        lambda request: request.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000),
        lambda request: request.connection.close(),
    ],
    ids=["in its middle", "no HTTP", "a head of control signs", "an endless head", "at once"],
)
def test_an_answer_that_breaks_off_is_asked_for_again(fda: OpenFDA, answer: Answer) -> None:
    fda.says(answer)
    assert fda.reason() == "the answer broke off or is no HTTP, asked 3 times"
    fda.says(answer, labels(label("cilta-cel", NEW)))
    assert fda.one()["state"] == "newer"


def test_nobody_there_is_told(fda: OpenFDA) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        fda.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert fda.reason() == "no connection, asked 3 times"


def test_a_service_without_a_certificate_is_told(fda: OpenFDA) -> None:
    fda.url = fda.url.replace("http:", "https:")
    assert fda.reason() == "no secure connection, asked 3 times"


# ---- answers that are none


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (body(b"<html>"), "the answer is not JSON"),
        (body(b""), "the answer is not JSON"),
        (body(b"\xff\xfe\xfa"), "the answer is not JSON"),
        (body(b"[" * 200_000), "the answer is not JSON"),
        (body(b'{"results": ' + b"9" * 10_000), "the answer is not JSON"),
        (document([]), "the answer has no list of labels"),
        (document(None), "the answer has no list of labels"),
        (document({"meta": {}}), "the answer has no list of labels"),
        (document({"results": {"a": 1}}), "the answer has no list of labels"),
        (labels(["effective_time"]), "the answer lists something that is no label"),
        (error(200, "WRONG"), "openFDA answered 200 (WRONG)"),
        (error(404, "\x1b[31m"), "openFDA answered 404"),
        (body(b"<html>", 404), "openFDA answered 404"),
        (document({"error": "\x07"}, 400), "openFDA answered 400"),
        (error(400, "BAD_REQUEST"), "openFDA answered 400 (BAD_REQUEST)"),
        (body(b"", 204), "openFDA answered 204"),
        (
            body(b"", 302, Location="/drug/label.json?search=again"),
            "openFDA answered 302: a redirect, which is not followed",
        ),
        (body(b" " * (openfda.LARGEST + 1)), "the answer is longer than 8 MiB"),
        (in_drops(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 2**21), "the answer is longer than 8 MiB"),
        (
            body(gzip.compress(b" " * 2**26), Content_Encoding="gzip"),
            "the answer is longer than 8 MiB",
        ),
        (body(b"no gzip", Content_Encoding="gzip"), "the answer cannot be unpacked"),
        (
            body(gzip.compress(b'{"results": []}')[:-9], Content_Encoding="gzip"),
            "the answer cannot be unpacked",
        ),
        (
            body(b"{}", Content_Encoding="br, \x1b"),
            "the answer is packed in a way that was not asked for",
        ),
    ],
    ids=[
        "a page",
        "empty",
        "no text",
        "deep",
        "a long number",
        "a list",
        "null",
        "no results",
        "results of another shape",
        "a label of another shape",
        "an error with 200",
        "a code with control signs",
        "a page with 404",
        "an error of another shape",
        "a question refused",
        "no content",
        "a redirect to itself",
        "huge",
        "endless",
        "packed and huge",
        "packed in name only",
        "packed and cut off",
        "packed in another way",
    ],
)
def test_an_answer_of_another_kind_is_told_in_one_line(
    fda: OpenFDA, answer: Answer, reason: str
) -> None:
    fda.says(answer)
    assert fda.reason() == reason
    assert len(fda.requests) == 1


@pytest.mark.parametrize(
    ("effective", "reason"),
    [
        ("20261399", "the label has an effective day that is none: 20261399"),
        ("20260230", "the label has an effective day that is none: 20260230"),
        ("00000101", "the label has an effective day that is none: 00000101"),
        ("20261121", "the label has an effective day to come: 2026-11-21"),
        ("2026-06-01", "the label has no effective day that can be read"),
        ("٢٠٢٦٠٦٠١", "the label has no effective day that can be read"),
        ("\x1b[31m01", "the label has no effective day that can be read"),
        (20260601, "the label has no effective day that can be read"),
        (["20260601"], "the label has no effective day that can be read"),
        (None, "the label has no effective day that can be read"),
    ],
    ids=str,
)
def test_a_day_that_is_none_is_told(fda: OpenFDA, effective: object, reason: str) -> None:
    fda.says(labels(label("cilta-cel", effective)))
    assert fda.reason() == reason


def test_a_day_that_is_none_matters_only_in_a_label_of_the_product(fda: OpenFDA) -> None:
    fda.says(labels(label("obe-cel", "soon"), label("cilta-cel", OLD)))
    assert fda.one()["state"] == "current"


@pytest.mark.parametrize("format", ["json", "ndjson", "tsv", "csv", "md", "table"])
def test_no_text_of_an_answer_reaches_the_screen(fda: OpenFDA, format: str) -> None:
    told = "\x1b[31mred\x07\u202e\u2028"
    names = {"brand_name": ["CARVYKTI", told], "generic_name": [told]}
    fda.says(labels(label("cilta-cel", NEW, set_id=told, version=told, openfda=names)))
    result = fda.run("--format", format)
    assert result.exit_code == 0
    assert "newer" in result.stdout
    assert not set("\x1b\x07\u202e\u2028") & set(result.output)
    assert "red" not in result.output.split()
    assert json.loads(fda.run("--json").stdout)["results"][0]["url"] is None


def test_a_packed_answer_is_read(fda: OpenFDA) -> None:
    content = json.dumps({"results": [label("cilta-cel", NEW)]}).encode()
    fda.says(body(gzip.compress(content), Content_Encoding="gzip"))
    assert fda.one()["state"] == "newer"


# ---- the command


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.fda.gov",
        "file:///etc/passwd",
        "ftp://api.fda.gov",
        "javascript:alert(1)",
        "http://",
        "https:///drug",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://127.0.0.1:0",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1#x",
        "http://127.0.0.1\n.example",
        "http://\x1b[31m.example",
        "http://a b.example",
        "http://xn--\u2028.example",
        "http://\u00ad",
    ],
    ids=ascii,
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    result = RUNNER.invoke(app, ["data", "freshness", "--url", url])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("error: --url")
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize("name", ["a..b", "a" * 300], ids=["a gap", "too long"])
def test_an_address_that_leads_nowhere_is_told(fda: OpenFDA, name: str) -> None:
    fda.url = f"http://{name}"
    assert fda.reason() == "no connection, asked 3 times"


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf", "601", "soon"])
def test_a_time_that_is_none_is_refused(fda: OpenFDA, timeout: str) -> None:
    assert fda.run("--timeout", timeout).exit_code == 2
    assert fda.requests == []


@pytest.mark.parametrize("proxy", ["gopher://127.0.0.1", "socks5://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_told(
    fda: OpenFDA, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    result = fda.run()
    assert result.exit_code == 1
    assert "that the environment names cannot be used" in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_the_extra_one_line_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    monkeypatch.delitem(sys.modules, "cartref.openfda")
    monkeypatch.delattr(cartref, "openfda")
    result = RUNNER.invoke(app, ["data", "freshness"])
    assert result.exit_code == 1
    assert result.stdout == ""
    told = "error: asking openFDA needs the freshness extra: pip install 'cartref[freshness]'\n"
    assert result.stderr == told


def test_the_help_says_that_only_this_uses_the_network() -> None:
    shown = " ".join(RUNNER.invoke(app, ["data", "freshness", "--help"]).stdout.split())
    assert "The only command that uses the network." in shown
    assert "exit code is 1 if openFDA could not be asked" in shown


@pytest.mark.parametrize("format", ["json", "ndjson", "tsv", "csv", "md", "table"])
def test_what_could_not_be_asked_is_told_beside_the_rest(fda: OpenFDA, format: str) -> None:
    fda.says(labels(label("axi-cel", NEW)), product="axi-cel")
    fda.says(error(500), product="obe-cel")
    fda.says(NOT_FOUND, product="ide-cel")
    result = fda.run("--format", format, product=None)
    assert result.exit_code == 1
    for word in (*APPROVED, "newer", "failed", "not found"):
        assert word in result.stdout
    assert _not_asked("obe-cel") in " ".join(result.output.split())


def test_an_answer_goes_into_a_file_too(fda: OpenFDA, tmp_path: Any) -> None:
    path = tmp_path / "fresh.json"
    fda.says(error(400, "BAD_REQUEST"))
    result = fda.run("--output", str(path))
    assert result.exit_code == 1
    assert json.loads(path.read_text())["results"][0]["state"] == "failed"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_screen(
    fda: OpenFDA, width: int, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "approved", lambda *_: [CATALOG.products[key] for key in SHOWN])
    fda.says(labels(label("axi-cel", NEW)), product="axi-cel")
    fda.says(error(500), product="obe-cel")
    fda.says(NOT_FOUND, product="ide-cel")
    shown = fda.run("--format", "table", "--sources", product=None, width=width).stdout
    assert shown == snapshot
    assert max(len(line) for line in shown.splitlines() if "https://" not in line) <= width
