"""Rules of records of an overlay in the place of bundled ones: what others rest on stays as it is.

Bundled records are shown by the names of others and read by what they say: those of a disease by
its place in the tree, those of a trial by its kind. What an overlay changed there would stand in
answers as if it were bundled.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from cartref import names
from cartref.check.links import NAMED
from cartref.check.whole import Problem
from cartref.loading import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartref.check.whole import Whole

# The keys by which bundled records are shown, and those by which they are read.
_SHOWN = {
    "disease": ("name", "abbreviation"),
    "adverse_event": ("name", "abbreviation"),
    "therapy": ("name",),
    "term": ("term", "abbreviation"),
    "trial": ("name",),
}
_READ = {
    "product": ("construct.target",),
    "code": ("system", "code", "shared"),
    "disease": ("parent", "other_parents", "set_apart", "family", "age_min", "age_max"),
    "adverse_event": ("parent",),
    "therapy": ("kinds",),
    "trial": ("kind", "diseases", "members"),
}
_REMEDY = "what differs is a record with an id of its own"
_BY_NAME = f": bundled records are shown by it; a new name is a synonym, and {_REMEDY}"
_BY_WHAT_IT_SAYS = f": bundled records rest on it; {_REMEDY}"


def replaced_records_stay_what_they_are(whole: Whole) -> Iterator[Problem]:
    """A record in the place of a bundled one leaves as it is what bundled records rest on."""
    for entry, bundled in whole.replacing(*{**_SHOWN, **_READ}):
        shown_by = _SHOWN.get(entry.table, ())
        for key in (*shown_by, *_READ.get(entry.table, ())):
            before, now = (attrgetter(key)(item) for item in (bundled, entry.record))
            if now != before:
                why = _BY_NAME if key in shown_by else _BY_WHAT_IT_SAYS
                yield Problem(entry.file, entry.record.id, key, f"{_as_it_was(before)}{why}")


def _as_it_was(value: object) -> str:
    """That a key keeps the value that the bundled record has."""
    if value in (None, (), False):
        return "must not be set"
    return f"must stay {shown(list(value) if isinstance(value, tuple) else value)}"


def replaced_records_keep_their_names(whole: Whole) -> Iterator[Problem]:
    """A record in the place of a bundled one is found by every name that the bundled one has."""
    for kind, table in NAMED.items():
        replaced = {bundled.id: (entry, bundled) for entry, bundled in whole.replacing(table)}
        lost: dict[str, list[str]] = {}
        if replaced:
            index = whole.index(kind)
            for name, owner in names.index_of(whole.bundled, kind).names:
                if owner in replaced and owner not in index.folded.get(index.key(name), ()):
                    lost.setdefault(owner, []).append(name)
        for owner, gone in lost.items():
            entry, bundled = replaced[owner]
            told = [getattr(bundled, key) for key in _SHOWN.get(table, ())]
            missing = [f"'{name}'" for name in gone if name not in told]
            if missing:
                several = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
                message = f"{several}: a record in the place of a bundled one keeps its names"
                yield Problem(entry.file, owner, "names", message)
