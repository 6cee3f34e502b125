"""What stood on a given day: indications, rules and warnings as they were then.

A date may be known to the month or to the year only. Whether it lies before a day may then be
open, and what is open is said, never guessed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from cartref.errors import UsageError
from cartref.model.label import standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cartref.model.dataset import Profile
    from cartref.model.label import Criterion, Indication
    from cartref.model.product import Product

R = TypeVar("R")

_FIRST, _LAST = "-01-01", "-12-31"
_YEAR = len("2024")
DAY = len("2024-04-05")


def earliest(date: str) -> str:
    """The first day that a date can mean."""
    return date + _FIRST[len(date) - _YEAR :]


def latest(date: str) -> str:
    """The last day that a date can mean; of any month the 31st, which only orders days."""
    return date + (_LAST if len(date) == _YEAR else "-31" if len(date) < DAY else "")


def come(date: str | None, day: str) -> bool | None:
    """Whether a date had come by the end of a day; none if that is not known."""
    if date is None:
        return None
    if latest(date) <= day:
        return True
    return False if earliest(date) > day else None


def period(text: str | None, option: str) -> str | None:
    """A date as typed: a day, a month or a year.

    Args:
        text: what was typed
        option: the option it was typed for

    Raises:
        UsageError: it is no date
    """
    if text is None:
        return None
    wanted = text.strip()
    if not _is_date(wanted):
        raise UsageError(f"{option}: '{text}' is no date: write 2024-04-05, 2024-04 or 2024")
    return wanted


def _is_date(text: str) -> bool:
    """Whether a text is a day, a month or a year of the calendar."""
    import re
    from datetime import date

    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        return False
    try:
        date.fromisoformat(earliest(text))
    except ValueError:
        return False
    return True


def full_day(text: str | None, option: str, known_to: str) -> str | None:
    """A day as typed, to the day.

    Args:
        text: what was typed
        option: the option it was typed for
        known_to: the day up to which the dataset knows anything

    Raises:
        UsageError: it is no day, or lies behind what the dataset knows
    """
    wanted = period(text, option)
    if wanted is None:
        return None
    if len(wanted) != DAY:
        raise UsageError(f"{option}: give a full day, such as {earliest(wanted)}, not '{text}'")
    if wanted > known_to:
        raise UsageError(f"{option}: the dataset knows nothing after {known_to}")
    return wanted


def stood(item: Any, began: str | None, ended: str | None, day: str) -> bool | None:
    """Whether something stood on a day; none if that is not known.

    It stands on the day on which it began, and no longer on the day on which it ended.

    Args:
        item: the record; one with a ``status`` other than active has ended
        began: its first day
        ended: the day on which it ended
        day: the day
    """
    started = come(began, day)
    over: bool | None = False
    if ended is not None or getattr(item, "status", "active") != "active":
        over = come(ended, day)
    if started is False or over is True:
        return False
    return True if started and over is False else None


def indications(
    items: Iterable[Indication], day: str, products: Mapping[str, Product]
) -> tuple[list[Indication], list[Indication]]:
    """The indications that stood on a day, as they were then, and those of which it is open.

    Args:
        items: the indications
        day: the day
        products: the products by id; none of a product's uses is older than its first approval
    """
    sure, doubtful = [], []
    for item in items:
        held = stood(item, item.approved, item.ended, day)
        if held:
            sure.append(then(item, day))
        elif held is None and come(products[item.product].first_approved, day) is not False:
            doubtful.append(item)
    return sure, doubtful


def undecided(items: Iterable[Indication]) -> str:
    """Say of which indications it is not known whether they stood on a day."""
    told = dict.fromkeys(
        f"{item.product} ({item.regulator}, {' '.join(item.diseases)}, approved"
        f" {item.approved or 'at a date not known'}"
        + (f", ended {item.ended})" if item.ended else ")")
        for item in items
    )
    listed = ", ".join(told)
    return f"May have stood on that day or not, since dates are not known to the day: {listed}."


def then(item: Indication, day: str) -> Indication:
    """An indication as it was on a day on which it stood."""
    pathway, first, converted = item.pathway, item.pathway_at_approval, item.converted
    if first is not None and first != pathway:
        changed = come(converted, day)
        if not changed:
            pathway = first if changed is False else None
            first = converted = None
    held = [_as_known(part, day) for part in item.criteria if _begun(part, day)]
    excluded = excluded_by(standing(held))
    to_come = excluded_by(part for part in item.criteria if not _begun(part, day))
    return replace(
        item,
        pathway=pathway,
        pathway_at_approval=first,
        converted=converted,
        status="active",
        ended=None,
        superseded_by=None,
        excludes=tuple(sorted({*item.excludes, *excluded} - to_come)),
        criteria=tuple(held),
    )


# Diseases under the names that criteria use.
_EXCLUDED = {"primary-cns-lymphoma": "pcnsl"}


def excluded_once(item: Indication) -> set[str]:
    """The diseases that a label once excluded, and excludes no longer."""
    return excluded_by(part for part in item.criteria if part.until is not None)


def excluded_by(criteria: Iterable[Criterion]) -> set[str]:
    """The diseases that criteria exclude."""
    return {_EXCLUDED[part.value] for part in criteria if part.kind == "excluded-disease"}


def _begun(part: Criterion, day: str) -> bool:
    """Whether a label held a criterion on a day, or had held it before."""
    return part.since is None or come(part.since, day) is not False


def _as_known(part: Criterion, day: str) -> Criterion:
    """A criterion without the end that was still to come."""
    to_come = part.until is not None and come(part.until, day) is not True
    return replace(part, until=None) if to_come else part


def profile(
    item: Profile, day: str, related: Callable[[str], set[str]]
) -> tuple[Profile, list[str]]:
    """A product as it stood on a day, and what is not known of that day.

    Args:
        item: the product as it is today, all of it or what filters kept
        day: the day
        related: gives a disease with all wider and narrower ones

    Returns:
        the product with the uses of that day, the monitoring rules, boxed warnings and other
        warnings that are known to be of it, and of doses and regimens those of the uses approved
        then; and what the reader must know
    """
    sure, doubtful = indications(item.indications, day, {item.product.id: item.product})
    said = []
    licensed = come(item.product.first_approved, day)
    status = "investigational" if licensed is False else item.product.status
    if not sure:
        said.append(f"No use of {item.product.id} among those asked for is known to have stood.")
    if status == "investigational":
        said = [f"{item.product.id} was not approved by any regulator, as far as known."]
    if doubtful:
        said.append(undecided(doubtful))
    uses: dict[str, set[str]] = {}
    for part in sure:
        found = uses.setdefault(part.regulator, set())
        found.update(key for disease in part.diseases for key in related(disease))

    def approved(part: Any) -> bool:
        if part.regulator is None:
            return bool(sure)
        named = getattr(part, "diseases", ())
        return part.regulator in uses and (not named or not uses[part.regulator].isdisjoint(named))

    kept: dict[str, tuple[Any, ...]] = {}
    for name in DATED:
        parts = [part for part in getattr(item, name) if approved(part)]
        kept[name], doubts = _of_day(parts, name, day)
        said += doubts
    kept["lymphodepletion"] = tuple(part for part in item.lymphodepletion if approved(part))
    doses = [part for part in item.doses if approved(part)]
    held = [
        part for part in doses if come(part.valid_from, day) is not False and not _over(part, day)
    ]
    kept["doses"] = tuple(map(_current, held))
    said += _not_known(doses, held, "doses")
    said.append(
        "What carries no date is told as it is known today: names, developer, notes, construct,"
        " codes, doses without a period, lymphodepletion, manufacture and results."
    )
    changed = replace(
        item,
        product=replace(item.product, status=status),
        indications=tuple(sure),
        regulatory_events=_come(item.regulatory_events, "date", day),
        pending=_come(item.pending, "known_on", day),
        **kept,
    )
    return changed, said


DATED = ("monitoring", "boxed_warnings", "warnings")  # texts with a time of validity


def doubtful(item: Profile, day: str) -> set[str]:
    """The ids of texts of which it is not known whether they stood on a day."""
    parts = (part for name in DATED for part in getattr(item, name))
    return {part.id for part in parts if _dated(part, day) is None}


def _come(parts: Iterable[R], key: str, day: str) -> tuple[R, ...]:
    """The records whose date had come, or may have."""
    return tuple(part for part in parts if come(getattr(part, key), day) is not False)


def _of_day(parts: Iterable[Any], name: str, day: str) -> tuple[tuple[Any, ...], list[str]]:
    """The texts of one list that are known to be of a day, and of which regulators none is.

    A text that may have ended before the day, or may have begun after it, is taken only where no
    other one may have stood in its place.
    """
    sure: list[Any] = []
    perhaps: list[Any] = []
    every = list(parts)
    for part in every:
        held = _dated(part, day)
        if held:
            sure.append(part)
        elif held is None and not _unbounded(part):
            perhaps.append(part)
    alone = [part for part in perhaps if _alone(part, [*sure, *perhaps])]
    said = []
    if alone:
        named = ", ".join(sorted({_text_of(part, name) for part in alone}))
        said.append(
            f"Shown, though it is open whether it stood on that very day, since dates are not"
            f" known to the day: {named}."
        )
    kept = [*sure, *alone]
    return tuple(_current(part) for part in kept), [*said, *_not_known(every, kept, name)]


def _not_known(every: Iterable[Any], kept: Iterable[Any], name: str) -> list[str]:
    """Say of whose texts none of the day is known."""
    lost = {_text_of(part, name) for part in every} - {_text_of(part, name) for part in kept}
    return [f"Not known of that day: {', '.join(sorted(lost))}."] if lost else []


def _text_of(part: Any, name: str) -> str:
    """What a text is and whose: cilta-cel boxed warnings (FDA)."""
    what = getattr(part, "kind", name).replace("-", " ").replace("_", " ")
    return f"{part.product} {what} ({part.regulator})"


def _alone(part: Any, others: Iterable[Any]) -> bool:
    """Whether no other text of the regulator, for the same diseases, may have stood instead."""
    diseases = set(getattr(part, "diseases", ()))
    return not any(
        other is not part
        and other.regulator == part.regulator
        and getattr(other, "kind", None) == getattr(part, "kind", None)
        and (not diseases or not getattr(other, "diseases", ()) or diseases & {*other.diseases})
        for other in others
    )


def _unbounded(part: Any) -> bool:
    """Whether a text is the newest one known, and nothing says since when it stands."""
    return getattr(part, "valid_to", None) is None and getattr(part, "valid_from", None) is None


def _over(part: Any, day: str) -> bool:
    """Whether a text with an end had ended."""
    end = getattr(part, "valid_to", None)
    return end is not None and come(end, day) is True


def _dated(part: Any, day: str) -> bool | None:
    """Whether a text with a time of validity stood on a day; none if that is not known.

    A text without beginning stood from the date that it carries itself, which may be a period
    such as 2023-05 to 2024-03; of days before that nothing is known.
    """
    if _over(part, day):
        return False
    if getattr(part, "valid_from", None) is not None:
        return stood(part, part.valid_from, part.valid_to, day)
    seen = (part.as_of or "").partition(" ")[0]
    return True if seen[:1].isdigit() and come(seen, day) else None


def _current(part: R) -> R:
    """A text as the one that stood: what came after it is left out."""
    return replace(part, valid_to=None) if hasattr(part, "valid_to") else part  # type: ignore[type-var]
