"""Adverse events for people: what they are, how they are graded and managed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, behind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.model.reference import AdverseEvent, Grade, Grading
    from cartref.render.document import Block


def title(event: AdverseEvent) -> str:
    """The name of an event with its abbreviation."""
    return words.titled(event.name, event.abbreviation)


def about(event: AdverseEvent) -> list[Block]:
    """What an adverse event is: signs, onset, course, names and codes."""
    listed = [
        ("What it is", event.description, behind(event)),
        ("Signs", ", ".join(event.symptoms), behind(event)),
        ("Usual onset", event.typical_onset, behind(event)),
        ("Course", event.long_term, behind(event)),
        ("Also called", ", ".join(event.synonyms), behind(event)),
        (
            "Codes",
            ", ".join(words.code(code.system, code.code, code.note) for code in event.codes),
            behind(event),
        ),
        ("Note", event.note, behind(event)),
    ]
    facts = tuple(Fact(label, text, refs) for label, text, refs in listed if text)
    return [Facts(title(event), facts)] if facts else []


def grading_and_management(event: AdverseEvent, product: str | None) -> list[Block]:
    """How an event is graded and managed.

    Args:
        event: the adverse event
        product: leave out the labels of other products than this one
    """
    blocks: list[Block] = []
    for scale in event.grading:
        blocks += grading(scale)
    for guide in event.management:
        if product is not None and guide.product not in (None, product):
            continue
        steps = [Fact(item.step, "; ".join(item.actions), behind(guide)) for item in guide.steps]
        if guide.note:
            steps.append(Fact("Note", guide.note, behind(guide)))
        blocks.append(Facts(f"Management: {guide.title}", tuple(steps)))
    return blocks


def grading(scale: Grading) -> list[Block]:
    """A grading scale as a table: a column for each sign, or one for the criteria.

    A grade without signs of its own, such as death, stands with the rules below the table.
    """
    named = f"Grading: {scale.scale}" + (f", {scale.applies_to}" if scale.applies_to else "")
    fullest = sorted(scale.grades, key=lambda item: -len(item.parts))
    signs = list(dict.fromkeys(part.sign for item in fullest for part in item.parts))
    rows = [item for item in scale.grades if item.parts or not signs]
    others = [item for item in scale.grades if item not in rows]
    lines = tuple((item.grade, *_signs(item, signs)) for item in rows)
    lead = "Grade" if all(item.grade.isdigit() for item in rows) else "Part"
    heads = [sign[0].upper() + sign[1:] for sign in signs] or ["Criteria"]
    columns = tuple(Column(head, 9) for head in (lead, *heads))
    rules = [Fact(_grade(item.grade), item.criteria, behind(scale)) for item in others]
    rules += [Fact("Rule", rule, behind(scale)) for rule in scale.rules]
    blocks: list[Block] = []
    if lines:
        blocks.append(Grid(columns, lines, named, tuple(behind(scale) for _ in lines)))
    if rules:
        blocks.append(Facts("How to apply it" if lines else named, tuple(rules)))
    return blocks


def _signs(item: Grade, signs: Sequence[str]) -> list[str]:
    """The cells of a grade: sign by sign, or its criteria where the scale knows no signs."""
    told = {part.sign: part.criteria for part in item.parts}
    return [told.get(sign, "") for sign in signs] or [item.criteria]


def _grade(text: str) -> str:
    return f"Grade {text}" if text.isdigit() else text
