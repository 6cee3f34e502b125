"""openFDA, asked for the labels of products. The only module that uses the network.

Nothing that comes back is trusted: the bytes and the time that an answer may take are bounded,
redirects are not followed, and only ids, numbers and dates that have their very form are taken
from it, never a text.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import zlib
from asyncio import sleep
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from cartref import __version__
from cartref.errors import CartrefError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartref.model.vocabulary import LabelMatch

LABELS = "/drug/label.json"
MOST_LABELS = 10  # of one product; there is hardly ever more than one
MOST_AT_ONCE = 4
LARGEST = 8 * 2**20  # bytes; a label has some hundred thousand
TRIES = 3
FIRST_WAIT = 1.0  # seconds; each further wait is twice as long
LONGEST_WAIT = 60.0  # seconds; whoever asks for more is not asked again
AGAIN = {
    429: "too many requests",
    500: "internal error",
    502: "bad gateway",
    503: "not available",
    504: "gateway timeout",
}
_OK, _NOT_FOUND = 200, 404
_REDIRECTS = range(300, 400)
_SET_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"[0-9]{8}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CODE = re.compile(r"[A-Z_]{1,40}")
# What may stand between quotes in a question; openFDA refuses most other signs.
_TERM = re.compile(r"[0-9A-Za-z][0-9A-Za-z .'-]*")


class Wanted(NamedTuple):
    """By what openFDA is asked for the label of a product.

    Attributes:
        set_ids: the ids of the label, the same for all its versions
        applications: the numbers of its application, such as BLA125746
        brands: its brand names in the United States
    """

    set_ids: tuple[str, ...]
    applications: tuple[str, ...]
    brands: tuple[str, ...]

    def search(self) -> str:
        """The question in the words of openFDA; empty if there is nothing to ask by."""
        fields = {
            "set_id": self.set_ids,
            "openfda.application_number": self.applications,
            "openfda.brand_name": self.brands,
        }
        return " OR ".join(
            f'{field}:"{term}"'
            for field, terms in fields.items()
            for term in terms
            if _TERM.fullmatch(term)
        )


class FoundLabel(NamedTuple):
    """A label that openFDA holds.

    Attributes:
        effective: the day from which this version holds
        set_id: the id that all its versions share; none if it is not told
        version: the number of the version; none if it is not told
        matched_by: what of it is as wanted
    """

    effective: str
    set_id: str | None
    version: int | None
    matched_by: tuple[LabelMatch, ...]


class Failure(NamedTuple):
    """Why a question got no answer.

    Attributes:
        reason: in a few words of ours
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Service:
    """Whom to ask, and how.

    Attributes:
        url: the address of openFDA, or of what stands in for it
        timeout: seconds that one try may take in all
        key: the key that openFDA knows the asker by; none for none
    """

    url: str
    timeout: float
    key: str | None = None


class _UnansweredError(Exception):
    """A try that led to no answer.

    Args:
        reason: why
        again: whether a further try may lead to one
        wait: the seconds that the service asks to wait before
    """

    def __init__(self, reason: str, *, again: bool = False, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.wait = wait


def ask(service: Service, questions: Sequence[Wanted]) -> list[FoundLabel | Failure | None]:
    """Ask for the newest label of each product.

    Returns:
        for each question the label, or why it is not known, or none if openFDA has no such label

    Raises:
        UsageError: the address cannot be asked
        CartrefError: the environment names a proxy or certificates that cannot be used
    """
    return asyncio.run(_ask(service, questions))


async def _ask(service: Service, questions: Sequence[Wanted]) -> list[FoundLabel | Failure | None]:
    gate = asyncio.Semaphore(MOST_AT_ONCE)
    try:
        address = httpx.URL(service.url + LABELS)
    except httpx.InvalidURL:
        raise UsageError(f"--url: '{service.url}' is no address") from None
    try:
        client = httpx.AsyncClient(
            timeout=None,  # noqa: S113 - each try is bounded as a whole instead
            follow_redirects=False,
            # As the name of the user it stands in no address, and so in no message.
            auth=(service.key, "") if service.key else None,
            headers={"accept-encoding": "gzip", "user-agent": f"cartref/{__version__}"},
        )
    except (httpx.InvalidURL, ImportError, OSError, ValueError):
        raise CartrefError(
            "the proxy or the certificates that the environment names cannot be used"
        ) from None
    async with client:
        asked = (_answer(client, address, service, gate, item) for item in questions)
        return await asyncio.gather(*asked)


async def _answer(
    client: httpx.AsyncClient,
    address: httpx.URL,
    service: Service,
    gate: asyncio.Semaphore,
    wanted: Wanted,
) -> FoundLabel | Failure | None:
    """The newest label of one product, in a few tries."""
    search = wanted.search()
    if not search:
        return Failure("the dataset has nothing to ask by: no set id, no BLA, no brand name")
    query = {"search": search, "sort": "effective_time:desc", "limit": str(MOST_LABELS)}
    wait = FIRST_WAIT
    for tried in range(1, TRIES + 1):
        try:
            async with gate:
                document = await _try(client, address.copy_merge_params(query), service.timeout)
            return _newest(document, wanted)
        except _UnansweredError as error:
            times = f", asked {tried} times" if tried > 1 else ""
            if not error.again or tried == TRIES:
                return Failure(error.reason + times)
            if error.wait is not None and error.wait > LONGEST_WAIT:
                return Failure(f"{error.reason}: it asks to wait {error.wait:.0f} s{times}")
            await sleep(wait if error.wait is None else error.wait)
            wait *= 2
    raise AssertionError  # the last try returns


async def _try(client: httpx.AsyncClient, address: httpx.URL, timeout: float) -> Any:  # noqa: ASYNC109
    """Ask once, and read the whole answer.

    The time is that of all together, so that no answer that comes drop by drop gets more.

    Raises:
        _UnansweredError: there is no answer that can be read
    """
    try:
        async with asyncio.timeout(timeout), client.stream("GET", address) as response:
            return await _document(response)
    except TimeoutError:
        raise _UnansweredError(f"no answer within {timeout:g} s", again=True) from None
    except (httpx.HTTPError, UnicodeError) as error:
        raise _UnansweredError(_broken(error), again=True) from None


def _broken(error: BaseException) -> str:
    """Why there was no connection, or none that lasted: in our words, not in those of a server."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "no secure connection"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ProxyError):
        return "no connection through the proxy"
    if isinstance(error, httpx.ConnectError | UnicodeError):
        return "no connection"
    return "the answer broke off or is no HTTP"


async def _document(response: httpx.Response) -> Any:
    """What an answer holds, whether labels or the word that there are none.

    Raises:
        _UnansweredError: it holds neither
    """
    status = response.status_code
    if status in AGAIN:
        wait = _wait(response.headers.get("retry-after"))
        raise _UnansweredError(
            f"openFDA answered {status} ({AGAIN[status]})", again=True, wait=wait
        )
    if status in _REDIRECTS:
        raise _UnansweredError(f"openFDA answered {status}: a redirect, which is not followed")
    body = _unpacked(await _body(response), response.headers.get("content-encoding", ""))
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
        if status == _OK:
            raise _UnansweredError("the answer is not JSON") from None
    code = _error_code(document)
    if status in (_OK, _NOT_FOUND) and code == "NOT_FOUND":
        return {"results": []}
    if status != _OK or code:
        raise _UnansweredError(f"openFDA answered {status}{f' ({code})' if code else ''}")
    return document


async def _body(response: httpx.Response) -> bytes:
    """The bytes of an answer, as they came.

    Raises:
        _UnansweredError: there are too many
    """
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > LARGEST:
            raise _too_long()
    return bytes(body)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """The bytes of an answer without its packing.

    Raises:
        _UnansweredError: it is packed in another way than asked for, or cannot be unpacked
    """
    if encoding.strip().lower() in ("", "identity"):
        return body
    if encoding.strip().lower() != "gzip":
        raise _UnansweredError("the answer is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(body, LARGEST + 1)
    except zlib.error:
        raise _UnansweredError("the answer cannot be unpacked") from None
    if len(unpacked) > LARGEST:
        raise _too_long()
    if not unpacker.eof:
        raise _UnansweredError("the answer cannot be unpacked")
    return unpacked


def _too_long() -> _UnansweredError:
    return _UnansweredError(f"the answer is longer than {LARGEST // 2**20} MiB")


def _wait(text: str | None) -> float | None:
    """The seconds that a service asks to wait: a number, or up to a moment; none if neither."""
    if text is None:
        return None
    if _NUMBER.fullmatch(text.strip()):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _error_code(document: Any) -> str | None:
    """The code of an error as openFDA tells it: ``{"error": {"code": "NOT_FOUND"}}``."""
    error = document.get("error") if isinstance(document, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


# ---- from an answer to a label


def _newest(document: Any, wanted: Wanted) -> FoundLabel | None:
    """The newest label that is of the product.

    A maker may list other things, such as a vector, under the number of the same application.
    That number alone counts only where no label has the id or the brand name.

    Raises:
        _UnansweredError: the answer has another form than that of labels
    """
    ours = [(record, ways) for record in _records(document) if (ways := _ways(record, wanted))]
    sure = [(record, ways) for record, ways in ours if ways != ("application number",)]
    labels = [
        FoundLabel(_day(record), _set_id(record), _version(record), ways)
        for record, ways in sure or ours
    ]
    return max(labels, key=lambda label: (label.effective, label.version or 0), default=None)


def _records(document: Any) -> Iterator[dict[str, Any]]:
    """The labels of an answer."""
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, list):
        raise _UnansweredError("the answer has no list of labels")
    for record in results:
        if not isinstance(record, dict):
            raise _UnansweredError("the answer lists something that is no label")
        yield record


def _ways(record: dict[str, Any], wanted: Wanted) -> tuple[LabelMatch, ...]:
    """What of a label is as wanted; empty if it is another product's."""
    names = record.get("openfda")
    names = names if isinstance(names, dict) else {}
    ways: dict[LabelMatch, bool] = {
        "set id": _meet(wanted.set_ids, [record.get("set_id")]),
        "application number": _meet(wanted.applications, names.get("application_number")),
        "brand name": _meet(wanted.brands, names.get("brand_name")),
    }
    return tuple(way for way, fits in ways.items() if fits)


def _meet(wanted: Sequence[str], told: Any) -> bool:
    """Whether one of the names is among those told, in any case."""
    names = told if isinstance(told, list) else ()
    known = {name.casefold() for name in names if isinstance(name, str)}
    return not known.isdisjoint(name.casefold() for name in wanted)


def _day(record: dict[str, Any]) -> str:
    """The day from which a label holds.

    Raises:
        _UnansweredError: it is no day, or one to come
    """
    text = record.get("effective_time")
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise _UnansweredError("the label has no effective day that can be read")
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise _UnansweredError(f"the label has an effective day that is none: {text}") from None
    if day > today():
        raise _UnansweredError(f"the label has an effective day to come: {day}")
    return day.isoformat()


def today() -> date:
    """The day on which is asked; in Washington it is no later."""
    return datetime.now(UTC).date()


def _set_id(record: dict[str, Any]) -> str | None:
    text = record.get("set_id")
    return text if isinstance(text, str) and _SET_ID.fullmatch(text) else None


def _version(record: dict[str, Any]) -> int | None:
    text = record.get("version")
    return int(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else None
