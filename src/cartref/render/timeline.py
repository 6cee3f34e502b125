"""The timeline for people, drawn and listed, and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, Lane, Lanes, Mark, behind, rows_of
from cartref.render.indication import NOTED
from cartref.render.text import MARK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cartref.model.answer import TimelineEntry
    from cartref.model.label import Pending
    from cartref.render.document import Block, Rows
    from cartref.render.picture import Swim
    from cartref.render.words import DiseaseName

COLUMNS = (
    "date", "kind", "body", "products", "diseases", "title", "detail", "pathway", "note",
    "sources", "id", "origin",
)  # fmt: skip
# The sign of each kind; where two fall on one place, the one that stands first here is drawn.
SIGNS: Mapping[str, str] = {
    "approval": "●",
    "withdrawal": "×",
    "indication": "+",
    "conversion": "▲",
    "safety": "!",
    "rems": "!",
    "label": "!",
}
MEANINGS = {
    "●": "first approval by a regulator",
    "+": "new indication",
    "▲": "converted",
    "×": "withdrawn",
    "!": "safety, REMS or label",
}
CLASS = "whole class"


def rows(found: Sequence[TimelineEntry], pending: Sequence[Pending]) -> Rows:
    """Entries as plain lines, with the field names of the JSON; then what is still to come."""
    lines = rows_of(COLUMNS, found)
    for part in pending:
        lines.lines.append(
            (
                part.target_date or "",
                "pending",
                part.body,
                part.product,
                "; ".join(part.diseases),
                f"{part.title} ({part.stage}, not decided as known on {part.known_on})",
                part.detail or "",
                "",
                part.note or "",
                "; ".join(part.sources),
                part.id,
                part.origin,
            )
        )
    return lines


def drawn(found: Sequence[TimelineEntry], began: Mapping[str, str], known_to: str) -> list[Block]:
    """The years across, the products down, and a sign for each act.

    Args:
        found: the entries
        began: the date of the first approval of each product, in the order of the lanes
        known_to: the day of the dataset
    """
    marked = [item for item in found if item.kind in SIGNS]
    if not marked:
        return []
    first = min(int(item.date[:4]) for item in marked)
    last = max(int(item.date[:4]) for item in marked)
    by_lane = _by_lane(marked)
    lanes = []
    for product in (*began, CLASS):
        # The weightiest sign comes first and keeps its place.
        own = sorted(by_lane.get(product, ()), key=_by_kind)
        marks = tuple(Mark(year_of(item.date), SIGNS[item.kind]) for item in own)
        if marks:
            start = began.get(product)
            lanes.append(Lane(_named(product, own), marks, year_of(start) if start else None))
    used = dict.fromkeys(SIGNS[item.kind] for item in sorted(marked, key=_by_kind))
    legend = ", ".join(f"{sign} {MEANINGS[sign]}" for sign in used)
    end = year_of(known_to) if last == int(known_to[:4]) else last + 1.0
    return [Lanes("Timeline", first, last, end, tuple(lanes), legend)]


def _named(lane: str, entries: Iterable[TimelineEntry]) -> str:
    """A lane, marked if an act on it comes from an overlay."""
    return f"{lane} [{MARK}]" if any(item.origin == "overlay" for item in entries) else lane


def _by_kind(item: TimelineEntry) -> int:
    return list(SIGNS).index(item.kind)


def _by_lane(entries: Iterable[TimelineEntry]) -> dict[str, list[TimelineEntry]]:
    """The entries of each lane; what concerns several products stands in that of the class."""
    found: dict[str, list[TimelineEntry]] = {}
    for item in entries:
        lane = item.products[0] if len(item.products) == 1 else CLASS
        found.setdefault(lane, []).append(item)
    return found


def year_of(date: str) -> float:
    """A date as a year with a fraction; a month or a year lies in its middle."""
    parts = [int(part) for part in date.split("-")]
    year, month, day = [*parts, 0, 0][:3]
    if not month:
        return year + 0.5
    return year + (month - 1) / 12 + ((day or 15) - 1) / 372


# The kinds of acts that a picture tells apart; the weightiest first.
KINDS: Mapping[str, tuple[str, ...]] = {
    "approval": ("approval",),
    "withdrawal": ("withdrawal",),
    "indication": ("indication",),
    "conversion": ("conversion",),
    "safety": ("safety", "rems", "label"),
}


def picture(
    found: Sequence[TimelineEntry],
    began: Mapping[str, str],
    end: str,
    pending: int,
) -> list[Swim]:
    """The acts as lanes over years.

    Args:
        found: the entries
        began: the date of the first approval of each product, in the order of the lanes
        end: the day on which the lines end
        pending: how many decisions are still to come

    Returns:
        one picture; none without an act that is drawn
    """
    from cartref.render.picture import Act, Swim, SwimLane

    kind_of = {kind: drawn for drawn, kinds in KINDS.items() for kind in kinds}
    by_lane = _by_lane(item for item in found if item.kind in kind_of)
    lanes = []
    for lane in (*began, CLASS):
        acts = tuple(
            Act(item.date, kind_of[item.kind], f"{item.body}: {item.title}", behind(item))
            for item in by_lane.get(lane, ())
        )
        if acts:
            lanes.append(SwimLane(_named(lane, by_lane[lane]), began.get(lane) or None, acts))
    others = sum(item.kind not in kind_of for item in found)
    left = [
        f"{number} {what}"
        for number, what in (
            (others, "opinions, designations and other acts"),
            (pending, "decisions still to come"),
        )
        if number
    ]
    notes = [NOTE, *([f"Not drawn, but listed by the table: {'; '.join(left)}."] if left else [])]
    meanings = {kind: MEANINGS[SIGNS[kinds[0]]] for kind, kinds in KINDS.items()}
    meanings["approval"] = FIRST_USE
    title = "Approvals and other acts of regulators"
    return [Swim(title, meanings, tuple(lanes), end, tuple(notes))] if lanes else []


FIRST_USE = "use in the first approval by a regulator"  # which may grant several uses at once
NOTE = (
    "A line begins with the first approval by any regulator. Marks that would hide each other stand"
    " one above the other; an act known only by its month or year stands in the middle of it."
)


def listed(
    found: Sequence[TimelineEntry], *, alone: bool = False, told: Collection[str] = ()
) -> list[Block]:
    """The entries as a table, in order of date, and their notes, which the rows mark with a star.

    Args:
        found: the entries
        alone: whether all are of one product, which then needs no column
        told: notes that stand elsewhere
    """
    if not found:
        return []
    columns = (
        Column("Date", 9, number=True),
        *(() if alone else (Column("Product", 9),)),
        Column("By", 9),
        Column("What", 9),
        Column("Detail", 3),
    )
    noted = []
    lines = []
    for item in found:
        lead, *more = (item.body,) if alone else (_who(item), item.body)
        if item.note and item.note not in told:
            noted.append(item)
            lead += NOTED
        lines.append((item.date, lead, *more, item.title, item.detail or ""))
    cited = tuple(behind(item) for item in found)
    return [Grid(columns, tuple(lines), "In order of date", cited), *_notes(noted, alone=alone)]


def _notes(entries: Iterable[TimelineEntry], *, alone: bool) -> list[Block]:
    """The notes of entries; what is noted of several acts of one body is told once."""
    by_note: dict[tuple[str, ...], list[TimelineEntry]] = {}
    for item in entries:
        about = (item.body,) if alone else (_who(item), item.body)
        by_note.setdefault((*about, item.note or ""), []).append(item)
    facts = tuple(
        Fact(", ".join([*dict.fromkeys(item.date for item in items), *about]), note, behind(*items))
        for (*about, note), items in by_note.items()
    )
    return [Facts(f"Notes ({NOTED})", facts)] if facts else []


def _who(item: TimelineEntry) -> str:
    return ", ".join(item.products) or CLASS


def to_come(pending: Sequence[Pending], disease_name: DiseaseName) -> list[Block]:
    """Decisions still to come, each with the day on which that was known."""
    facts = []
    for item in pending:
        named = words.diseases(item.diseases, item.id, disease_name)
        label = ", ".join(part for part in (item.product, item.body) if part)
        facts.append(Fact(label, words.pending(item, named), behind(item)))
    return [Facts("Still to come: not approved", tuple(facts))] if facts else []
