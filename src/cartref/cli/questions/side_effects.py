"""The question how often adverse events were seen, and what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.cli.questions.filters import Filters, named

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.study import AdverseReaction, Trial
    from cartref.names import Kind
    from cartref.render.document import Block
    from cartref.render.picture import Forest


def rates(catalog: Catalog, answer: Answer, name: str | None, exact: bool) -> None:
    """Fill in the rates of a product, an event or a trial, or the overview of all."""
    from cartref.render import study

    kind, subject = None, None
    if name is not None:
        kinds: tuple[Kind, ...] = ("product", "event", "trial")
        kind, subject = named(catalog, answer, kinds, name, exact=exact)
    wanted = Filters.of(catalog, answer, exact=exact)
    if kind == "product":
        wanted = wanted._replace(product=subject)
    answer.query.update(wanted.query(), kind=kind)
    answer.notices += wanted.investigational()
    if kind == "event":
        answer.beyond = (
            "The lines hold the rates; what the event is, its grading and management stand in"
            " --format md and --json."
        )
    found = _reactions(catalog, wanted)
    if kind == "trial":
        found = [item for item in found if item.trial == subject]
    if kind == "event" and subject is not None:
        family = catalog.event_family(subject)
        found = [item for item in found if item.event in family or item.manifestation_of == subject]
    every = found
    if kind is None:
        found = study.headline(found, _trials(catalog, found))
    products = dict.fromkeys(item.product for item in found if item.product)
    answer.products = list(products or catalog.products)
    if found:
        answer.notices += study.cautions(item.event for item in found)
        if kind is None:
            answer.notices += study.told_otherwise(every, _trials(catalog, every))
    else:
        wider = catalog.adverse_events[subject].parent if kind == "event" and subject else None
        hint = f"; it may hold some of the wider event {wider}" if wider else ""
        answer.notices.append(f"The dataset holds no rate that fits this question{hint}.")
    answer.results = lambda: list(found)
    answer.more = lambda: _more(catalog, kind, subject)
    answer.rows = lambda: study.reaction_rows(found)
    answer.blocks = lambda: _blocks(catalog, kind, subject, wanted.product, found)
    answer.title = _title(catalog, kind, subject)
    answer.pictures = lambda: _pictures(catalog, subject if kind == "event" else None, every)


def _trials(catalog: Catalog, found: list[AdverseReaction]) -> dict[str, Trial]:
    """The trials of the products that the reactions belong to."""
    products = dict.fromkeys(item.product for item in found)
    return {item.id: item for key in products for item in catalog.study(key).trials}


def _reactions(catalog: Catalog, wanted: Filters) -> list[AdverseReaction]:
    """The adverse reactions that pass the filters; reads the files of the products that may."""
    found = []
    owners: list[str | None] = [
        product.id for product in catalog.products.values() if wanted.accepts_product(product)
    ]
    if wanted.product is None and wanted.target is None:
        owners.append(None)  # studies of several products
    for owner in owners:
        for item in catalog.study(owner).adverse_reactions:
            if wanted.regulator is not None and item.regulator != wanted.regulator:
                continue
            if wanted.disease is None or _concerns(catalog, item, wanted.disease):
                found.append(item)
    return found


def _concerns(catalog: Catalog, item: AdverseReaction, disease: str) -> bool:
    """Whether the trial of a reaction was in this disease, in a wider or in a narrower one."""
    return bool(catalog.tree.related(disease).intersection(catalog.trial(item).diseases))


def _more(catalog: Catalog, kind: str | None, subject: str | None) -> dict[str, Any]:
    """The event itself, when the question was about one."""
    return {"event": catalog.adverse_events[subject] if kind == "event" and subject else None}


def _title(catalog: Catalog, kind: str | None, subject: str | None) -> str:
    """What the answer is about, as a heading."""
    if kind == "event" and subject is not None:
        from cartref.render import event as events

        return events.title(catalog.adverse_events[subject])
    return f"Side effects: {subject}" if subject else "CRS and neurologic toxicity"


def _pictures(catalog: Catalog, event: str | None, found: list[AdverseReaction]) -> list[Forest]:
    """The rates of an event as a picture; of CRS and neurologic toxicity if none was named."""
    from cartref.render import rates

    trials = _trials(catalog, found)
    if event is None:
        return rates.headlines(catalog.adverse_events, found, trials)
    return rates.forest([catalog.adverse_events[event]], found, trials)


def _blocks(
    catalog: Catalog,
    kind: str | None,
    subject: str | None,
    product: str | None,
    found: list[AdverseReaction],
) -> list[Block]:
    from cartref.render import event as events
    from cartref.render import study
    from cartref.render.document import Remark

    trials = _trials(catalog, found)
    legend: list[Block] = [Remark(study.LEGEND)] if found else []
    if kind in ("product", "trial"):
        return [*study.by_population(found, trials), *study.remarks(found, trials), *legend]
    if subject is None:
        title, lead = "CRS and neurologic toxicity", study.LEAD
        rated = study.weightiest_first(study.rated(found), trials)
        return [study.reaction_grid(rated, trials, title, lead=lead), *legend] if rated else []
    event = catalog.adverse_events[subject]
    rates, further = study.event_rates(event, found, trials)
    return [
        *events.about(event),
        *rates,
        *legend,
        *events.grading_and_management(event, product),
        *further,
        *study.remarks(found, trials),
    ]
