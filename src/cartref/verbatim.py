"""Records as they stand in the files of the dataset, or of an overlay: text to be copied.

Nothing is written anew: the lines of a record are cut out of its file, and they are given only if
they say by themselves what the file says of the record.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from cartref import layout, loading
from cartref.errors import DataError, NotFoundError
from cartref.model.match import Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.model.vocabulary import Origin
    from cartref.names import Kind

# A line that begins a table, with the name of the table and what follows it: a dot leads to a part.
_HEADER = re.compile(r"""\s*\[\[?\s*(["']?)([\w-]+)\1\s*([].])""")
_SUGGESTIONS = 3


class Place(NamedTuple):
    """Where a record stands.

    Attributes:
        file: its file, as a path in a data directory
        origin: whether that is the directory of the dataset or of the overlay
        table: its table
        id: its id
    """

    file: str
    origin: Origin
    table: str
    id: str


def places(catalog: Catalog, ids: Sequence[str]) -> list[Place]:
    """Where the records with these ids stand, each id in turn.

    Raises:
        NotFoundError: no record has one of the ids; ``match`` on the error holds suggestions
    """
    every = [
        Place(file, item.origin, table, item.id)
        for file in catalog.files()
        for table, records in catalog.records(file).items()
        if table in layout.TABLES
        for item in records
    ]
    found: list[Place] = []
    for key in dict.fromkeys(ids):
        here = [place for place in every if place.id == key]
        if not here:
            raise _unknown(catalog, key, [place.id for place in every])
        found += here
    return found


def _unknown(catalog: Catalog, text: str, ids: Iterable[str]) -> NotFoundError:
    """Say that no record has an id, and which may be meant."""
    import difflib

    from cartref.errors import UnresolvedError, UsageError
    from cartref.names import NOUNS, resolve_any

    kinds: tuple[Kind, ...] = tuple(NOUNS)
    near: list[str] = []
    try:
        kind, match = resolve_any(catalog, kinds, text, exact=True)
        hint, near = f"; it is a name of {NOUNS[kind]} {match.id}", [match.found]
    except (UnresolvedError, UsageError):
        if len(text) <= loading.LONGEST_SHOWN:
            near = difflib.get_close_matches(text.casefold(), ids, _SUGGESTIONS, loading.LIKENESS)
        hint = f"; near: {', '.join(near)} (suggestions only)" if near else ""
    found = Match(input=text, kind="none", alternatives=tuple(near))
    return NotFoundError(f"no record has the id '{text}'{hint}", found)


def texts(catalog: Catalog, ids: Sequence[str]) -> Iterator[str]:
    """The text of the records with these ids: for each file, its head and the records.

    Raises:
        NotFoundError: no record has one of the ids
        DataError: a file cannot be read, or the lines of a record cannot be told from the others
    """
    return texts_at(catalog, places(catalog, ids))


def texts_at(catalog: Catalog, wanted: Iterable[Place]) -> Iterator[str]:
    """The text of the records in these places.

    Raises:
        DataError: a file cannot be read, or the lines of a record cannot be told from the others
    """
    by_file: dict[tuple[str, Origin], list[Place]] = {}
    for place in wanted:
        by_file.setdefault((place.file, place.origin), []).append(place)
    for (file, origin), here in by_file.items():
        path = catalog.path(file)
        if origin == "overlay" and catalog.overlay is not None:
            path = catalog.overlay.path(file)
        yield "\n\n".join([_head(file, origin), *_cut(path, here)])


def _head(file: str, origin: Origin) -> str:
    """A remark that names the file, and the product that stands at its top."""
    lines = [f"# {file}" + (" [overlay]" if origin == "overlay" else "")]
    if layout.header(file) == "product":
        lines.append(f'product = "{layout.owner(file)}"')
    return "\n".join(lines)


def _cut(path: str, wanted: Iterable[Place]) -> Iterator[str]:
    """The lines of some records of a file.

    Raises:
        DataError: a record is written in a way that its lines do not tell
    """
    whole = loading.parse(path)
    lines = loading.text_of(path).replace("\r\n", "\n").split("\n")
    for place in wanted:
        said = {place.table: [row for row in whole.get(place.table, ()) if row["id"] == place.id]}
        blocks = (block for block in _blocks(lines, place.table) if place.id in block)
        found = next((block for block in blocks if _read(block) == said), None)
        if found is None:
            raise DataError(
                f"{path}: {place.table} '{place.id}': is not written as [[{place.table}]] and its"
                " keys, line by line, so that it cannot be cut out: look into the file"
            )
        yield found


def _blocks(lines: Sequence[str], table: str) -> Iterator[str]:
    """The records of a table, each from its first line to its last that is no remark."""
    starts = [
        (number, found[2] == table and found[3] == "]")
        for number, line in enumerate(lines)
        if (found := _HEADER.match(line)) and not (found[2] == table and found[3] == ".")
    ]
    for (start, own), (end, _) in pairwise([*starts, (len(lines), False)]):
        if own:
            last = end - 1
            while not lines[last].strip() or lines[last].lstrip().startswith("#"):
                last -= 1
            yield "\n".join(lines[start : last + 1])


def _read(text: str) -> dict[str, Any] | None:
    """What a text says by itself; none if it is not TOML."""
    import tomli

    try:
        return tomli.loads(text)
    except (ValueError, RecursionError):
        return None
