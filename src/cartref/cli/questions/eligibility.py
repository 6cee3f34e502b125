"""The question what labels ask of a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.cli.questions.filters import Filters, named
from cartref.cli.questions.selection import remarks, select

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer


NO_ADVICE = (
    "Criteria are label wording in short; the treating centre decides with the full label at hand."
)
# What stands in the place of a verdict where no patient was told of.
UNJUDGED: dict[str, object] = {
    "patient": None,
    "verdict": None,
    "checks": [],
    "give": [],
    "cautions": [],
}


def criteria(catalog: Catalog, answer: Answer, name: str | None, exact: bool) -> None:
    """Fill in the criteria of the indications of a product or a disease."""
    from cartref.render import indication as render

    disease, what = None, "any product"
    if name is not None:
        kind, what = named(catalog, answer, ("product", "disease"), name, exact=exact)
        if kind == "product":
            answer.query["product"] = what
        else:
            disease, what = what, catalog.disease_name(what, what)
    wanted = Filters.of(catalog, answer, exact=exact)
    found = select(catalog, wanted, disease, with_ended=answer.query["all"])
    answer.query.update(wanted.query())
    answer.products = found.products
    answer.notices += [*remarks(found, wanted, what), NO_ADVICE]
    answer.results = lambda: [{**item, **UNJUDGED} for item in found.flat(found.covering)]
    answer.more = lambda: {"patients": []}
    answer.rows = lambda: render.rows(found.covering, found.relation)
    answer.blocks = lambda: [
        *(render.criteria_facts(item, catalog.disease_name) for item in found.covering),
        *render.not_covered(found.near, found.relation, what),
    ]
