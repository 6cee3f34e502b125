"""Patient facts held against indications, for people and for TSV."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cartref.model.label import standing
from cartref.model.patient import Patient
from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, Remark, Rows, behind, cell
from cartref.render.indication import NOTED, newest_first, notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cartref.model.answer import Check, Screening
    from cartref.model.label import Indication
    from cartref.model.vocabulary import Verdict
    from cartref.render.document import Block
    from cartref.render.words import DiseaseName

COLUMNS = (
    "patient", "verdict", "product", "regulator", "approved", "status", "diseases", "relation",
    "not_met", "open", "met", "give", "cautions", "note", "sources", "id", "origin",
)  # fmt: skip
FACTS = tuple(name for name in Patient.__dataclass_fields__ if name != "id")
# The title of the table of each verdict, and of its column with what decides it.
TITLES: dict[Verdict, tuple[str, str]] = {
    "met": ("Met: every condition that facts can tell holds", "Who qualifies"),
    "open": ("Open: no condition fails, but not all are settled", "Not settled"),
    "not met": ("Not met: at least one condition fails", "Does not hold"),
}
NARROW = (
    "Every condition with its reason: narrow it by --regulator or --product, or use --format tsv"
    " or --json."
)


def rows(found: Iterable[Screening], fact: Callable[[str], str]) -> Rows:
    """Each indication with its verdict as a plain line.

    Args:
        found: the verdicts
        fact: how to call a fact, from its name in a patient file
    """
    lines = Rows(COLUMNS, [])
    for item in found:
        held = item.indication
        values: dict[str, object] = {name: getattr(held, name, None) for name in COLUMNS}
        values |= {
            "patient": item.patient,
            "verdict": item.verdict,
            "relation": item.relation,
            "not_met": _told(item.checks, "not met"),
            "open": _told(item.checks, "open"),
            "met": _told(item.checks, "met"),
            "give": tuple(map(fact, item.give)),
            "cautions": item.cautions,
        }
        lines.lines.append(tuple(cell(values[name]) for name in COLUMNS))
    return lines


def _told(checks: Iterable[Check], verdict: Verdict) -> tuple[str, ...]:
    """The conditions with this verdict, each with its reason."""
    return tuple(
        f"{check.criterion} ({check.reason})" for check in checks if check.verdict == verdict
    )


def patient(item: Patient, disease_name: DiseaseName, therapies: Mapping[str, str]) -> list[Block]:
    """The facts as they were understood.

    Args:
        item: the patient
        disease_name: gives the short name of a disease
        therapies: names of therapies by id
    """
    facts = []
    for name in FACTS:
        value = getattr(item, name)
        if value not in (None, ()):
            text = disease_name(value, "the patient") if name == "disease" else cell(value)
            if isinstance(value, tuple):
                text = "; ".join(therapies.get(part, part) for part in value)
            facts.append(Fact(name.replace("_", " ").capitalize(), text))
    heading: list[Block] = [Remark(f"Patient {item.id}", heading=True)] if item.id else []
    return [*heading, *([Facts("Facts given", tuple(facts))] if facts else [])]


def blocks(
    found: Sequence[Screening],
    disease_name: DiseaseName,
    fact: Callable[[str], str],
    *,
    in_full: bool,
) -> list[Block]:
    """The verdicts on one patient: a table for each, then condition by condition.

    Args:
        found: the verdicts
        disease_name: gives the short name of a disease
        fact: how to call a fact, from its name in a patient file
        in_full: whether there is room for every condition of each indication
    """
    order = {
        item.id: place for place, item in enumerate(newest_first(part.indication for part in found))
    }
    ranked = sorted(found, key=lambda item: order[item.indication.id])
    parts: list[Block] = []
    detailed: list[Block] = []
    for verdict in TITLES:
        items = [item for item in ranked if item.verdict == verdict]
        if items:
            parts.append(_grid(verdict, items, disease_name, fact))
            detailed += [_conditions(item, disease_name) for item in items]
    parts += detailed if in_full else [Remark(NARROW)] if found else []
    return parts + notes([item.indication for item in ranked if item.verdict != "not met"])


def _grid(
    verdict: Verdict,
    items: Sequence[Screening],
    disease_name: DiseaseName,
    fact: Callable[[str], str],
) -> Grid:
    """The indications with one verdict, and what decides it."""
    title, decides = TITLES[verdict]
    columns = (
        Column("Product", 9),
        Column("Regulator", 9),
        Column("Line", 8, number=True),
        Column("Disease", 7),
        Column(decides, 9),
        Column("Give", 9),
    )
    lines = []
    for item in items:
        held = item.indication
        today = replace(held, criteria=standing(held.criteria))
        decisive = [words.eligibility(today)] if verdict == "met" else _told(item.checks, verdict)
        line = (
            _product(held) + (NOTED if held.note and verdict != "not met" else ""),
            held.regulator,
            words.line(held) or "not given",
            words.diseases(held.diseases, held.id, disease_name),
            "; ".join([*decisive, *(f"but {caution}" for caution in _cautions(item))]),
            " ".join(map(fact, item.give)),
        )
        lines.append(line)
    cited = tuple(behind(item.indication) for item in items)
    return Grid(columns, tuple(lines), f"{title} ({len(items)})", cited)


def _product(held: Indication) -> str:
    """The product, and whether the use has ended."""
    if held.status == "active":
        return held.product
    return f"{held.product} ({' '.join(filter(None, [held.status, held.ended]))})"


def _cautions(item: Screening) -> tuple[str, ...]:
    """The cautions, which nobody needs once a condition fails."""
    return () if item.verdict == "not met" else item.cautions


def _conditions(item: Screening, disease_name: DiseaseName) -> Facts:
    """Every condition of an indication, what decides it first."""
    held = item.indication
    named = words.diseases(held.diseases, held.id, disease_name)
    parts = (_product(held), held.regulator, named, words.line(held), held.approved)
    title = ", ".join(part for part in parts if part)
    facts = tuple(
        Fact(verdict, f"{check.criterion}: {check.reason}", behind(held))
        for verdict in ("not met", "open", "met")
        for check in item.checks
        if check.verdict == verdict
    )
    facts += tuple(Fact("but", caution, behind(held)) for caution in _cautions(item))
    return Facts(f"{title}: {item.verdict}", facts)


def counted(found: Mapping[str | None, Sequence[Screening]]) -> list[Block]:
    """How many indications each of many patients meets, misses or leaves open."""
    columns = (
        Column("Patient", 9),
        *(Column(verdict.capitalize(), 9, number=True) for verdict in TITLES),
    )
    lines = tuple(
        (
            str(key),
            *(str(sum(item.verdict == verdict for item in items)) for verdict in TITLES),
        )
        for key, items in found.items()
    )
    return [Grid(columns, lines, "Indications by verdict")]
