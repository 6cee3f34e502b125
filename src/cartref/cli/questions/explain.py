"""The question what a term means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.model.answer import Explanation
from cartref.names import resolve_any

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.reference import AdverseEvent, Disease, Grading, Term


def explanation(catalog: Catalog, answer: Answer, name: str, exact: bool) -> None:
    """Fill in what a term, an adverse event or a disease is."""
    from cartref.render import explain as render

    kind, match = resolve_any(catalog, ("term", "event", "disease"), name, exact=exact)
    answer.matches.append(match)
    answer.query["kind"] = kind
    if kind == "term":
        found = _of_term(catalog, catalog.terms[match.found])
    elif kind == "event":
        found = _of_event(catalog.adverse_events[match.found])
    else:
        found = _of_disease(catalog.diseases[match.found])
    related = [catalog.terms[key] for key in found.related]
    answer.results = lambda: [found]
    answer.rows = lambda: render.rows([found])
    answer.blocks = lambda: render.blocks(found, related)


def glossary(catalog: Catalog, answer: Answer) -> None:
    """Fill in all terms."""
    from cartref.render import explain as render

    terms = list(catalog.terms.values())
    answer.results = lambda: list(terms)
    answer.rows = lambda: render.glossary_rows(terms)
    answer.blocks = lambda: render.glossary(terms)


def _of_term(catalog: Catalog, item: Term) -> Explanation:
    return Explanation(
        id=item.id,
        kind="term",
        term=item.term,
        abbreviation=item.abbreviation,
        synonyms=item.synonyms,
        meaning=item.meaning,
        points=item.points,
        gradings=_scales(catalog, item),
        related=item.related,
        see=f"cartref side-effects {item.event}" if item.event else None,
        note=item.note,
        sources=item.sources,
        origin=item.origin,
    )


def _scales(catalog: Catalog, item: Term) -> tuple[Grading, ...]:
    """The grading scales that explain a term."""
    if item.event is None:
        return ()
    every = catalog.adverse_events[item.event].grading
    return tuple(scale for scale in every if not item.scales or scale.scale in item.scales)


def _of_event(item: AdverseEvent) -> Explanation:
    points = (
        ("Signs", ", ".join(item.symptoms)),
        ("Usual onset", item.typical_onset),
        ("Course", item.long_term),
    )
    return Explanation(
        id=item.id,
        kind="adverse event",
        term=item.name,
        abbreviation=item.abbreviation,
        synonyms=item.synonyms,
        meaning=item.description,
        points=tuple(f"{label}: {text}" for label, text in points if text),
        gradings=item.grading,
        see=f"cartref side-effects {item.id}",
        note=item.note,
        sources=item.sources,
        origin=item.origin,
    )


def _of_disease(item: Disease) -> Explanation:
    return Explanation(
        id=item.id,
        kind="disease",
        term=item.name,
        abbreviation=item.abbreviation,
        synonyms=item.synonyms,
        meaning=item.description,
        see=f"cartref indication {item.id}",
        note=item.note,
        sources=item.sources,
        origin=item.origin,
    )
