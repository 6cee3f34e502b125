"""The question what was studied in whom, and what was found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

from cartref.cli.questions import filters
from cartref.cli.questions.selection import GAP
from cartref.model.match import Match

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.dataset import Study
    from cartref.model.study import Trial
    from cartref.names import Kind
    from cartref.render.document import Block

_NCT = re.compile(r"(?i)NCT\s*0*(\d{8})")


def studies(catalog: Catalog, answer: Answer, name: str | None, exact: bool) -> None:
    """Fill in one trial in full, or the list of those that pass the filters.

    A registration number may stand for several records: the cohorts of one trial.
    """
    meant = _by_number(catalog, answer, name) if name is not None else None
    if name is not None and meant is None:
        kinds: tuple[Kind, ...] = ("trial", "product", "disease")
        kind, found = filters.named(catalog, answer, kinds, name, exact=exact)
        if kind == "trial":
            meant = [catalog.trials[found]]
        else:
            answer.query[kind] = found
    wanted = filters.Filters.of(catalog, answer, exact=exact)
    wanted_kind = answer.query["kind"]
    if wanted_kind is not None:
        from cartref.model.vocabulary import TrialKind

        wanted_kind = filters.one_of(wanted_kind, "--kind", get_args(TrialKind))
    answer.query.update(wanted.query(), kind=wanted_kind)
    if meant is not None:
        for key in ("product", "disease", "target", "kind"):
            filters.refuse(answer.query[key], f"--{key}", "it filters the list: leave the name out")
        _in_full(catalog, answer, meant)
    else:
        _list(catalog, answer, wanted, wanted_kind)


def _by_number(catalog: Catalog, answer: Answer, name: str) -> list[Trial] | None:
    """The records of a registration number, if the name is one that the dataset holds."""
    matched = _NCT.fullmatch(name.strip())
    number = f"NCT{matched[1]}" if matched else None
    found = [item for item in catalog.trials.values() if number and item.nct == number]
    if not found:
        return None
    ids = [item.id for item in found]
    answer.matches.append(
        Match(
            input=name,
            kind="code",
            id=ids[0],
            matched=number,
            distance=0,
            alternatives=tuple(ids[1:]),
        )
    )
    if len(found) > 1:
        told = ", ".join(ids)
        answer.notices.append(f"{number} stands for {len(found)} records here: {told}.")
    return found


def _in_full(catalog: Catalog, answer: Answer, meant: list[Trial]) -> None:
    """Fill in trials with all that they found."""
    from cartref.render import lines

    found = [(item, _study_of(catalog, item)) for item in meant]
    answer.command = "trial"
    answer.products = [item.product for item in meant if item.product]
    answer.results = lambda: [_flat(item, study) for item, study in found]
    answer.rows = lambda: lines.of_trials(found, catalog.disease_name)
    answer.blocks = lambda: [
        block for item, study in found for block in _blocks(catalog, item, study)
    ]
    if any(study.adverse_reactions for _, study in found):
        from cartref.render.study import cautions

        events = [part.event for _, study in found for part in study.adverse_reactions]
        answer.notices += cautions(events)
    answer.notices += [
        f"{item.name} is a trial of {item.product}, which is investigational: not approved."
        for item in meant
        if item.product and catalog.products[item.product].status == "investigational"
    ]


def _study_of(catalog: Catalog, item: Trial) -> Study:
    """One trial with its own results."""
    from cartref.model.dataset import Study

    whole = catalog.study(item.product)
    return Study(
        trials=(item,),
        outcomes=tuple(part for part in whole.outcomes if part.trial == item.id),
        adverse_reactions=tuple(part for part in whole.adverse_reactions if part.trial == item.id),
    )


def _flat(item: Trial, study: Study) -> dict[str, Any]:
    """A trial for JSON: its own fields, then its results."""
    from cartref.model.record import fields_of

    return {
        **fields_of(item),
        "outcomes": study.outcomes,
        "adverse_reactions": study.adverse_reactions,
    }


def _blocks(catalog: Catalog, item: Trial, study: Study) -> list[Block]:
    from cartref.render import trial

    uses = [
        indication
        for key in ((item.product,) if item.product else ())
        for indication in catalog.label(key).indications
        if item.id in indication.trials
    ]
    names = {key: found.name for key, found in catalog.trials.items()} if item.members else {}
    return trial.in_full(item, study, uses, names, catalog.disease_name)


def _list(catalog: Catalog, answer: Answer, wanted: filters.Filters, kind: str | None) -> None:
    """Fill in the list of trials that pass the filters."""
    from cartref.render import trial

    found = [
        item
        for item in catalog.trials.values()
        if (kind is None or item.kind == kind) and _passes(catalog, wanted, item)
    ]
    if not found:
        what = f"{kind} trial" if kind else "trial"
        answer.notices.append(f"The dataset holds no {what}{wanted.told()}; {GAP}.")
    answer.products = list(dict.fromkeys(item.product for item in found if item.product))
    answer.results = lambda: list(found)
    answer.rows = lambda: trial.rows(found)
    answer.blocks = lambda: trial.listing(found, catalog.disease_name)


def _passes(catalog: Catalog, wanted: filters.Filters, item: Trial) -> bool:
    """Whether a trial passes the filters; one of several products if one of them does."""
    products = (item.product,) if item.product else item.products
    asked = wanted.product or wanted.target
    if (products or asked) and not any(
        wanted.accepts_product(catalog.products[key]) for key in products
    ):
        return False
    return wanted.disease is None or not catalog.tree.related(wanted.disease).isdisjoint(
        item.diseases
    )
