"""Rules of ids, references, sources and names: everything leads where it should."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cartref import names
from cartref.check.whole import Entry, Problem, parts_of, walk
from cartref.eligibility import VALUES
from cartref.layout import CLASS, SHARED, VOCABULARY, is_id
from cartref.loading import LIKENESS_OF_FILES, meant
from cartref.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartref.check.whole import Whole

_REFERENCES = {
    "product": "product",
    "products": "product",
    "trial": "trial",
    "trials": "trial",
    "members": "trial",
    "event": "adverse_event",
    "manifestation_of": "adverse_event",
    "diseases": "disease",
    "covers": "disease",
    "excludes": "disease",
    "other_parents": "disease",
    "superseded_by": "indication",
    "related": "term",
    "kinds": "therapy",
    "sources": "source",
}
# The conditions whose value is the id of a therapy.
_OF_THERAPIES = ("prior-therapy", "no-prior-therapy", "refractory-to", "progression-on")
# The tables of the kinds of records that names are looked up for.
NAMED: dict[names.Kind, str] = {
    "product": "product",
    "disease": "disease",
    "event": "adverse_event",
    "trial": "trial",
    "therapy": "therapy",
    "term": "term",
}
# The kinds that one question asks for together, so that a name of one may hide another's.
ASKED_TOGETHER: tuple[tuple[names.Kind, ...], ...] = (
    ("product", "event", "trial"),
    ("product", "disease"),
    ("trial", "product", "disease"),
    ("term", "event", "disease"),
    ("therapy", "product"),
)
_NCT = re.compile(r"NCT\d{8}")
_COPIES = re.compile(
    r"github|gitlab|docslib|studylib|scribd|wayback|archive\.org|webcache|proxy|preview|\bcopy\b"
    r"|mirror|staging",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"[?&](?:utm_\w+|fbclid|gclid)=")


def ids_are_kebab_case(whole: Whole) -> Iterator[Problem]:
    """An id is lower-case words with hyphens."""
    for entry in whole.entries:
        if not is_id(entry.record.id):
            yield Problem(entry.file, entry.record.id, "id", "is not kebab-case")
        if entry.table == "product" and entry.record.id in (CLASS, VOCABULARY, SHARED):
            yield Problem(entry.file, entry.record.id, "id", "names the files of several")


def ids_are_unique(whole: Whole) -> Iterator[Problem]:
    """An id stands once in the whole dataset, whatever it belongs to."""
    seen: dict[str, Entry] = {}
    for entry in whole.beside():
        first = seen.setdefault(entry.record.id, entry)
        if first is not entry:
            at, other = (entry, first) if whole.judges(entry) else (first, entry)
            yield Problem(at.file, at.record.id, "id", f"stands in {other.file} already")


def references_resolve(whole: Whole) -> Iterator[Problem]:
    """Every id that a record names exists."""
    near: dict[tuple[str, str], str] = {}
    for entry in whole.entries:
        for key, kind, value in _references(entry):
            known = whole.ids.get(kind, set())
            if value not in known:
                if (kind, value) not in near:
                    near[kind, value] = _meant(whole, kind, value)
                message = f"no {kind} '{value}'{near[kind, value]}"
                yield Problem(entry.file, entry.record.id, key, message)


def _meant(whole: Whole, table: str, wrong: str) -> str:
    """What may be meant by an id that is none: the record of that name, or one with a like id."""
    kind = next((kind for kind, named in NAMED.items() if named == table), None)
    found = whole.index(kind).match(wrong) if kind else None
    if found is None or found.id is None:
        # Ids share words: what is less alike is another thing.
        return meant(wrong, whole.ids.get(table, ()), LIKENESS_OF_FILES)
    known = next(item.record for item in whole.beside(table) if item.record.id == found.id)
    name = getattr(known, "name", None) or found.matched or found.id
    named = "" if fold(name) == fold(found.id) or fold(wrong) == fold(found.id) else f" ({name})"
    return f"; did you mean '{found.id}'{named}?"


def _references(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """The references of a record: the key, the table that it points into, and the id."""
    for key, value in walk(entry.record):
        name = key.rpartition(".")[2].partition("[")[0]
        kind = entry.table if name == "parent" else _REFERENCES.get(name)
        if kind is not None:
            yield key, kind, value
    for at, part in enumerate(getattr(entry.record, "criteria", ())):
        if part.kind in _OF_THERAPIES and part.value in VALUES[part.kind]:
            yield f"criteria[{at}].value", "therapy", part.value


def entries_are_used(whole: Whole) -> Iterator[Problem]:
    """Every source, event and disease is used by a record, or is described for its own sake."""
    used: dict[str, set[str]] = {}
    for entry in whole.beside():
        for _, kind, value in _references(entry):
            used.setdefault(kind, set()).add(value)
    for entry in whole.of("source", "adverse_event", "disease"):
        own_right = getattr(entry.record, "description", None)
        if entry.record.id not in used.get(entry.table, ()) and not own_right:
            yield Problem(entry.file, entry.record.id, "id", "nothing uses it")


def sources_lie_in_their_file(whole: Whole) -> Iterator[Problem]:
    """A source lies in the file of the one product, or of the kind, that cites it, or in shared."""
    citing: dict[str, set[str]] = {}
    for entry in whole.beside():
        for _, kind, value in _references(entry):
            if kind == "source":
                citing.setdefault(value, set()).add(_owner(entry))
    for entry in whole.of("source"):
        owners = citing.get(entry.record.id, set())
        place = next(iter(owners)) if len(owners) == 1 else SHARED
        if owners and entry.file != f"sources/{place}.toml":
            yield Problem(entry.file, entry.record.id, "id", f"belongs in sources/{place}.toml")


def _owner(entry: Entry) -> str:
    """The file of references that a record's own references lie in."""
    if entry.table == "product":
        return str(entry.record.id)
    if entry.table in ("disease", "adverse_event", "therapy", "term", "step"):
        return VOCABULARY
    return getattr(entry.record, "product", None) or CLASS


def facts_name_sources(whole: Whole) -> Iterator[Problem]:
    """Every record names at least one source, nested ones with sources of their own too."""
    for entry in whole.entries:
        if entry.table != "source":
            for path, record in parts_of(entry.record, ""):
                if "sources" in record.fields_ and not record.sources:
                    yield Problem(entry.file, entry.record.id, f"{path}sources", "is empty")


def sources_are_originals(whole: Whole) -> Iterator[Problem]:
    """A source has its own https address or none, never that of a copy."""
    seen: dict[tuple[str, str], str] = {}
    for entry in whole.of("source"):
        item = entry.record
        if item.url is not None:
            if not item.url.startswith("https://") or " " in item.url:
                yield Problem(entry.file, item.id, "url", "is not a plain https address")
            if _COPIES.search(item.url):
                yield Problem(entry.file, item.id, "url", "is the address of a copy")
            if _TRACKING.search(item.url):
                yield Problem(entry.file, item.id, "url", "holds tracking parameters")
        before = seen.setdefault((item.url or item.publisher, item.title), item.id)
        if before != item.id:
            yield Problem(entry.file, item.id, "title", f"is the document of '{before}' too")


class _Held(NamedTuple):
    """A name or a code of a record, and where it is written.

    Attributes:
        entry: the record that it is written in
        key: where it stands in that record
        owner: id of the record that it names
        text: the name or the code
    """

    entry: Entry
    key: str
    owner: str
    text: str


def names_are_unique(whole: Whole) -> Iterator[Problem]:
    """No name or code leads to two records, and every one leads back to its own."""
    for kind, table in NAMED.items():
        index = whole.index(kind)
        for held in _held(whole, kind, table, index):
            wrong = _shared(index, held)
            if wrong:
                yield Problem(held.entry.file, held.entry.record.id, held.key, wrong)


def names_lie_apart(whole: Whole) -> Iterator[Problem]:
    """No name of a product is one typing error away from a name of another.

    Development codes forgive nothing, so that they may be as near as they are.
    """
    index = whole.index("product")
    entries = {entry.record.id: entry for entry in whole.of("product")}
    told = set()
    for name, owner in index.names:
        key = index.key(name)
        if owner not in entries or key in index.strict or (owner, key) in told:
            continue
        told.add((owner, key))
        for near, away in index.nearness.near(key) if key.isascii() else ():
            others = index.folded[near].items()
            if away != 1 or near in index.strict:
                continue
            for other, as_written in others:
                if other != owner and other in entries:
                    message = f"'{name}' is a typing error away from '{as_written}' of {other}"
                    yield Problem(entries[owner].file, owner, "names", message)


def names_take_nothing_over(whole: Whole) -> Iterator[Problem]:
    """No name of an overlay means another record without it, in whatever way it is read.

    Of another kind that is asked for beside its own, no name or code means a record to the letter.
    """
    for kind, table in NAMED.items():
        if not any(whole.of(table, *(("code",) if kind == "product" else ()))):
            continue
        index, bundled = whole.index(kind), names.index_of(whole.bundled, kind)
        every = list(_held(whole, kind, table, index))
        for held in every:
            before = bundled.match(held.text)
            if not _shared(index, held):  # what is shared now is told as such
                yield from _taken(held, before.id, before.alternatives)
        others = [names.index_of(whole.bundled, other) for other in _beside(kind)]
        for held in (*every, *_classified(whole, kind, table, index)):
            before = bundled.match(held.text, exact=True)
            if held.owner in (before.id, *before.alternatives):
                continue  # the bundled records share it
            for other in others:
                met = other.match(held.text, exact=True)
                yield from _taken(held, met.id, met.alternatives, f"the {names.NOUNS[other.kind]} ")


def _taken(
    held: _Held, owner: str | None, several: tuple[str, ...], noun: str = ""
) -> Iterator[Problem]:
    """What a name takes over that means this record, or may mean several, without the overlay."""
    owners = (owner,) if owner else several
    if owners and held.owner not in owners:
        read = "would be read as" if owner else "could be"
        message = f"'{held.text}' {read} {noun}{', '.join(owners)} without the overlay"
        yield Problem(held.entry.file, held.entry.record.id, held.key, message)


def _beside(kind: names.Kind) -> list[names.Kind]:
    """The kinds that a question asks for together with this one."""
    found = {other: None for kinds in ASKED_TOGETHER if kind in kinds for other in kinds}
    return [other for other in found if other != kind]


def _classified(whole: Whole, kind: names.Kind, table: str, index: names.Index) -> Iterator[_Held]:
    """The codes of the diseases or events that are judged, in whatever vocabulary."""
    if kind in ("disease", "event"):
        entries = {entry.record.id: entry for entry in whole.of(table)}
        for owners in index.codes.values():
            for owner, code in owners.items():
                if owner in entries:
                    yield _Held(entries[owner], "codes", owner, code)


def _held(whole: Whole, kind: names.Kind, table: str, index: names.Index) -> Iterator[_Held]:
    """The names of the records of a kind that are judged, and the codes of products.

    The codes of a disease may be those of its subtypes.
    """
    entries = {entry.record.id: entry for entry in whole.of(table)}
    for name, owner in index.names:
        if owner in entries and not (kind == "trial" and _NCT.fullmatch(name)):
            yield _Held(entries[owner], "names", owner, name)  # cohorts of a trial share its NCT
    if kind == "product":
        coded = {
            (entry.record.product, _bare(entry.record.code)): entry
            for entry in whole.of("code")
            if not entry.record.shared
        }
        for owners in index.codes.values() if coded else ():
            for owner, code in owners.items():
                if entry := coded.get((owner, _bare(code))):
                    yield _Held(entry, "code", owner, code)


def _bare(code: str) -> str:
    """A code without zeros at the start of its parts: NDC are written with and without them."""
    return re.sub(r"\b0+(?=\w)", "", code)


def _shared(index: names.Index, held: _Held) -> str | None:
    """What else a name or code leads to, or none if it leads to its own record alone."""
    if not fold(held.text):
        return f"'{held.text}' has no letter or digit"
    found = index.match(held.text)
    others = [key for key in (found.id, *found.alternatives) if key not in (None, held.owner)]
    if found.id == held.owner:
        return None
    if found.kind == "exact":
        return f"'{held.text}' is the id of {found.id}"
    if not others:
        return f"'{held.text}' leads to nothing"
    named = index.folded.get(index.key(held.text), {}).keys() & others
    return f"'{held.text}' is a {'name' if named else 'code'} of {', '.join(others)} too"
