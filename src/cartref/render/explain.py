"""Explanations and the glossary, for people and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import event as events
from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, Remark, Rows, behind, cell, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.model.answer import Explanation
    from cartref.model.reference import Term
    from cartref.render.document import Block

COLUMNS = (
    "id", "kind", "term", "abbreviation", "synonyms", "meaning", "points", "grading", "related",
    "see", "note", "sources", "origin",
)  # fmt: skip
GLOSSARY = ("id", "term", "abbreviation", "synonyms", "kind", "meaning", "sources", "origin")
KINDS = {
    "basics": "Basics",
    "construct": "The construct",
    "manufacture": "Manufacture",
    "care": "Care of the patient",
    "safety": "Safety",
    "outcome": "How outcomes are measured",
    "evidence": "Evidence and guidelines",
    "resistance": "Why it fails",
    "future": "What comes next",
    "regulation": "Regulation",
}


def blocks(item: Explanation, related: Sequence[Term]) -> list[Block]:
    """What a term means, and the scales that belong to it."""
    title = words.titled(item.term, item.abbreviation)
    listed = [
        ("Meaning", item.meaning or words.UNKNOWN),
        *(("To know", point) for point in item.points),
        ("Also called", "; ".join(item.synonyms)),
        ("Note", item.note),
        ("See also", "; ".join(term.term for term in related)),
        ("More", item.see),
    ]
    facts = tuple(Fact(label, text, behind(item)) for label, text in listed if text)
    scales = [block for scale in item.gradings for block in events.grading(scale)]
    return [Facts(title[0].upper() + title[1:], facts), *scales]


def rows(items: Sequence[Explanation]) -> Rows:
    """Explanations as plain lines."""
    found = Rows(COLUMNS, [])
    for item in items:
        scales = [
            f"{scale.scale}: "
            + "; ".join(f"{part.grade}: {part.criteria}" for part in scale.grades)
            for scale in item.gradings
        ]
        values = {name: getattr(item, name, None) for name in COLUMNS}
        values |= {"points": " | ".join(item.points), "grading": " | ".join(scales)}
        found.lines.append(tuple(cell(values[name]) for name in COLUMNS))
    return found


def glossary(terms: Sequence[Term]) -> list[Block]:
    """All terms, one table for each part of the field."""
    found: list[Block] = []
    for kind, title in KINDS.items():
        own = sorted((term for term in terms if term.kind == kind), key=lambda term: term.id)
        columns = (Column("Term", 9), Column("Short", 6), Column("Meaning", 8))
        lines = tuple((term.term, term.abbreviation or "", term.meaning) for term in own)
        if own:
            found.append(Grid(columns, lines, title, tuple(behind(term) for term in own)))
    return [*found, Remark("cartref explain TERM tells more of one.")]


def glossary_rows(terms: Sequence[Term]) -> Rows:
    """All terms as plain lines, with the field names of the JSON."""
    return rows_of(GLOSSARY, terms)
