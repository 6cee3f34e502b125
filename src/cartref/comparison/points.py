"""What is compared: statements with their values, and whether those of two products differ."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from cartref.model.answer import ComparisonCell, ComparisonRow, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartref.model.dataset import Profile
    from cartref.model.vocabulary import ComparisonSection, Regulator

    Reader = Callable[[Any], "Point | None"]


class Point(NamedTuple):
    """A statement, and what of it can be compared.

    Attributes:
        statement: the statement
        values: its values, where one that is not known is none; none if none of them is known
        wording: what only words tell; the same words say the same, others may say so too
        open: whether a value is lacking that there must be, so that none can be said to be equal
    """

    statement: Statement
    values: tuple[object, ...] | None = ()
    wording: str = ""
    open: bool = False


def statement(kind: str, item: Any, text: str, key: str | None = None, **result: Any) -> Statement:
    """What a record says.

    Args:
        kind: the list of the export that holds it
        item: the record, or a part of it with sources of its own
        text: the statement in words
        key: id of the record, if not that of ``item``
        result: the further fields of a result
    """
    return Statement(
        text=text,
        list=kind,
        id=key or item.id,
        sources=item.sources,
        origin=item.origin,
        **result,
    )


def row(
    section: ComparisonSection,
    topic: str,
    regulator: Regulator | None,
    profiles: Sequence[Profile],
    cells: Sequence[Sequence[Point]],
    told: bool | None,
) -> Iterator[ComparisonRow]:
    """The row of a topic; none if no product has anything to say.

    Args:
        section: the part of the comparison
        topic: what the row is about
        regulator: the authority whose texts it compares
        profiles: the products
        cells: what each of them says
        told: whether they differ; none if that is not known or not to be compared
    """
    if any(cells):
        yield ComparisonRow(
            section=section,
            topic=topic,
            regulator=regulator,
            differs=told,
            cells=tuple(
                ComparisonCell(
                    product=profile.product.id,
                    statements=tuple(point.statement for point in points),
                    origin=profile.product.origin,
                )
                for profile, points in zip(profiles, cells, strict=True)
            ),
        )


def differs(cells: Sequence[Sequence[Point]]) -> bool | None:
    """Whether the products differ: surely, surely not, or none if that is not known."""
    found = [_differ(one, other) for one, other in combinations(cells, 2)]
    return True if True in found else None if None in found else False


def _differ(one: Sequence[Point], other: Sequence[Point]) -> bool | None:
    first, second = {point.values for point in one}, {point.values for point in other}
    if not first or not second or None in first | second:
        return None
    if first != second:
        return None if _may_agree(first, second) and _may_agree(second, first) else True
    if any(point.open for point in (*one, *other)):
        return None
    return False if _wordings(one) == _wordings(other) else None


def _may_agree(values: set[Any], others: set[Any]) -> bool:
    """Whether each of the values may be one of the others, since something is not known."""
    return all(
        any(
            all(left == right or None in (left, right) for left, right in pairs)
            for pairs in (list(zip(mine, its, strict=False)) for its in others)
        )
        for mine in values
    )


def _wordings(points: Sequence[Point]) -> set[str]:
    """The wordings without case, spaces and punctuation at the end."""
    return {" ".join(point.wording.casefold().split()).rstrip(".") for point in points}


def with_lead(text: str, *parts: str | None) -> str:
    """A statement, led by what sets it apart."""
    lead = ", ".join(part for part in parts if part)
    return f"{lead}: {text}" if lead else text


def led(point: Point, *parts: str | None) -> Point:
    """A point whose statement is led by what sets it apart."""
    said = point.statement
    return point._replace(statement=replace(said, text=with_lead(said.text, *parts)))


def in_words(kind: str, field: str) -> Reader:
    """Read a field that only words tell."""

    def read(item: Any) -> Point | None:
        text = getattr(item, field)
        return Point(statement(kind, item, text), (), text) if text else None

    return read
