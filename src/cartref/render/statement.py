"""Any record in a line: what it is about, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.render import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartref.render.words import DiseaseName

    Teller = Callable[[Any, DiseaseName], tuple[str, str]]


def of(name: str, item: Any, disease_name: DiseaseName) -> tuple[str, str]:
    """What a record of one list of the export is about, and what it says."""
    about, text = _TELLERS[name](item, disease_name)
    return about, text or words.UNKNOWN


def _join(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _product(item: Any, _: DiseaseName) -> tuple[str, str]:
    names = [name.text for name in item.names if name.text.casefold() != item.id]
    return item.id, _join(item.construct.target, item.status, *names)


def _indication(item: Any, disease_name: DiseaseName) -> tuple[str, str]:
    when = _join(item.regulator, item.approved or f"date {words.UNKNOWN}")
    about = words.diseases(item.diseases, item.id, disease_name)
    ended = "" if item.status == "active" else f" ({item.status} {item.ended or ''})".rstrip()
    return f"{item.product}, {about}", f"{when}{ended}: {item.summary}"


def _dose(item: Any, disease_name: DiseaseName) -> tuple[str, str]:
    about = words.diseases(item.diseases, item.id, disease_name)
    return _join(item.product, "dose", item.regulator or "trial", about), words.dose(item)


def _lymphodepletion(item: Any, disease_name: DiseaseName) -> tuple[str, str]:
    about = words.diseases(item.diseases, item.id, disease_name)
    where = item.regulator or item.trial
    return _join(item.product, "lymphodepletion", where, about), words.regimen(item)


def _monitoring(item: Any, _: DiseaseName) -> tuple[str, str]:
    when = words.period(item.valid_from, item.valid_to, item.as_of)
    return _join(item.product, "monitoring", item.regulator, when), words.monitoring(item)


def _boxed(item: Any, _: DiseaseName) -> tuple[str, str]:
    when = words.period(item.valid_from, item.valid_to, item.as_of)
    about = _join(item.product, "boxed warning", item.regulator, when)
    return about, "; ".join(item.items) or "none"


def _warning(item: Any, _: DiseaseName) -> tuple[str, str]:
    about = _join(item.product, item.kind.replace("-", " "), item.regulator, item.as_of)
    return about, words.warning(item)


def _event(item: Any, _: DiseaseName) -> tuple[str, str]:
    about = _join(item.product or ", ".join(item.products) or "whole class", item.body, item.date)
    return about, f"{item.title}: {item.detail}" if item.detail else item.title


def _pending(item: Any, disease_name: DiseaseName) -> tuple[str, str]:
    named = words.diseases(item.diseases, item.id, disease_name)
    return _join(item.product, "pending", item.body), words.pending(item, named)


def _trial(item: Any, disease_name: DiseaseName) -> tuple[str, str]:
    named = words.diseases(item.diseases, item.id, disease_name)
    treated = f"{item.n_treated} treated" if item.n_treated is not None else None
    phase = f"phase {item.phase}" if item.phase else None
    about = _join(item.name, item.product or ", ".join(item.products))
    return about, _join(item.kind, phase, item.nct, named, item.line, treated)


def _outcome(item: Any, _: DiseaseName) -> tuple[str, str]:
    n = f"n = {item.n}" if item.n is not None else None
    text = f"{item.endpoint} {words.outcome(item)}".rstrip()
    return _join(item.product, item.trial, item.population), _join(text, n, words.basis(item))


def _reaction(item: Any, _: DiseaseName) -> tuple[str, str]:
    rates = (("any grade", item.any_grade_pct), ("grade 3+", item.grade3plus_pct))
    told = [f"{name} {words.percent(rate)}" for name, rate in rates if rate is not None]
    n = f"n = {item.n}" if item.n is not None else None
    about = _join(item.product, item.trial, item.population)
    return about, _join(item.term, *told, n, words.basis(item))


def _code(item: Any, _: DiseaseName) -> tuple[str, str]:
    return _join(item.product or "whole class", "code"), _join(
        words.code(item.system, item.code), item.meaning
    )


def _logistics(item: Any, _: DiseaseName) -> tuple[str, str]:
    days = words.median_and_range(item.manufacturing_days, item.manufacturing_range_days)
    vein = words.median_and_range(item.vein_to_vein_days, item.vein_to_vein_range_days)
    text = _join(
        f"vein to vein {vein} days" if vein else None,
        f"manufacture {days} days" if days else None,
        item.storage,
        item.shelf_life,
        item.out_of_spec_note,
        item.note,
    )
    return _join(item.product, "manufacture and storage", item.regulator, item.setting), text


def _named(item: Any, _: DiseaseName) -> tuple[str, str]:
    return words.titled(item.name, item.abbreviation), item.description or item.note or ""


def _term(item: Any, _: DiseaseName) -> tuple[str, str]:
    return words.titled(item.term, item.abbreviation), item.meaning


def _therapy(item: Any, _: DiseaseName) -> tuple[str, str]:
    return item.name, _join(*(f"counts as {kind}" for kind in item.kinds), *item.synonyms)


def _step(item: Any, _: DiseaseName) -> tuple[str, str]:
    return _join(item.product, item.title), "; ".join(item.what)


def _source(item: Any, _: DiseaseName) -> tuple[str, str]:
    return item.id, _join(item.publisher, item.title, item.date)


_TELLERS: dict[str, Teller] = {
    "products": _product,
    "indications": _indication,
    "doses": _dose,
    "lymphodepletion": _lymphodepletion,
    "monitoring": _monitoring,
    "boxed_warnings": _boxed,
    "warnings": _warning,
    "regulatory_events": _event,
    "pending": _pending,
    "trials": _trial,
    "outcomes": _outcome,
    "adverse_reactions": _reaction,
    "codes": _code,
    "logistics": _logistics,
    "diseases": _named,
    "adverse_events": _named,
    "therapies": _therapy,
    "terms": _term,
    "pathway": _step,
    "sources": _source,
}
