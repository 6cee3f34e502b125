"""Trials and studies for people, as a list and in full, and for TSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render import study as results
from cartref.render import words
from cartref.render.document import Column, Fact, Facts, Grid, Remark, behind, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartref.model.dataset import Study
    from cartref.model.label import Indication
    from cartref.model.study import Trial
    from cartref.render.document import Block, Rows
    from cartref.render.words import DiseaseName

COLUMNS = (
    "id", "name", "aliases", "nct", "kind", "phase", "product", "products", "diseases", "line",
    "design", "n_enrolled", "n_leukapheresed", "n_treated", "comparator", "primary_endpoint",
    "publication", "members", "note", "sources", "origin",
)  # fmt: skip


def rows(trials: Sequence[Trial]) -> Rows:
    """Trials as plain lines, with the field names of the JSON."""
    return rows_of(COLUMNS, trials)


def owner(item: Trial) -> str:
    """The product of a trial, or those of a study of several."""
    return item.product or ", ".join(item.products) or results.SEVERAL


def listing(trials: Sequence[Trial], disease_name: DiseaseName) -> list[Block]:
    """Trials as a table, product by product."""
    if not trials:
        return []
    return [grid(trials, disease_name), Remark("cartref trial NAME shows one in full.")]


def grid(trials: Sequence[Trial], disease_name: DiseaseName, *, alone: bool = False) -> Grid:
    """Trials as a table.

    Args:
        trials: the rows
        disease_name: gives the short name of a disease
        alone: whether all are of one product, which then needs no column
    """
    columns = (
        Column("Trial", 9),
        *(() if alone else (Column("Product", 9),)),
        Column("Kind", 8),
        Column("Phase", 5, number=True),
        Column("Disease", 7),
        Column("Line and entry", 4),
        Column("Treated", 8, number=True),
        Column("NCT", 6),
        Column("Control", 3),
    )
    lines = tuple(
        (
            item.name,
            *(() if alone else (owner(item),)),
            item.kind,
            item.phase or "",
            words.diseases(item.diseases, item.id, disease_name),
            item.line or "",
            _treated(item),
            item.nct or "",
            item.comparator or "",
        )
        for item in trials
    )
    return Grid(columns, lines, "Trials and studies", tuple(behind(item) for item in trials))


def _treated(item: Trial) -> str:
    return words.number(item.n_treated) or words.UNKNOWN_NUMBER


def in_full(
    item: Trial,
    study: Study,
    uses: Sequence[Indication],
    names: Mapping[str, str],
    disease_name: DiseaseName,
) -> list[Block]:
    """A trial with its design and all that it found.

    Args:
        item: the trial
        study: its results
        uses: the indications that rest on it
        names: names of trials by id, for a pool
        disease_name: gives the short name of a disease
    """
    trials = {item.id: item}
    reactions = study.adverse_reactions
    blocks: list[Block] = [Remark(item.name, heading=True), design(item, uses, names, disease_name)]
    if study.outcomes:
        ordered = sorted(study.outcomes, key=results.outcome_rank)
        blocks.append(results.outcome_grid(ordered, trials, "Outcomes", alone=True))
    blocks += results.by_population(reactions, trials)
    blocks += results.remarks(reactions, trials)
    if study.outcomes or reactions:
        blocks.append(Remark(results.LEGEND))
    else:
        blocks.append(Remark("The dataset holds no result of it."))
    return blocks


def design(
    item: Trial, uses: Sequence[Indication], names: Mapping[str, str], disease_name: DiseaseName
) -> Facts:
    """How a trial was built, and what rests on it."""
    basis = "; ".join(
        f"{use.regulator} {use.approved or words.UNKNOWN}: "
        + ", ".join(
            filter(None, [words.diseases(use.diseases, use.id, disease_name), words.line(use)])
        )
        for use in uses
    )
    counted = (
        ("enrolled", item.n_enrolled),
        ("leukapheresed", item.n_leukapheresed),
        ("treated", item.n_treated),
    )
    listed = (
        ("Product", owner(item)),
        ("Kind", ", ".join(filter(None, [item.kind, item.phase and f"phase {item.phase}"]))),
        ("Registration", item.nct),
        ("Also known as", "; ".join(item.aliases)),
        ("Pool of", ", ".join(names.get(key, key) for key in item.members)),
        ("Design", item.design),
        ("Disease", words.diseases(item.diseases, item.id, disease_name)),
        ("Line and entry", item.line),
        ("Patients", ", ".join(f"{n} {name}" for name, n in counted if n is not None)),
        ("Control", item.comparator),
        ("Primary endpoint", item.primary_endpoint),
        ("Publication", item.publication),
        ("Basis of", basis),
        ("Note", item.note),
    )
    facts = tuple(
        Fact(label, text or words.UNKNOWN, behind(item))
        for label, text in listed
        if text or label in ("Patients", "Primary endpoint")
    )
    return Facts("Design", facts)
