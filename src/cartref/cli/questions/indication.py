"""Questions about indications: those of a disease, and the tree of diseases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.cli.questions.filters import Filters
from cartref.cli.questions.selection import Selection, covering, remarks, select
from cartref.names import resolve

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.reference import Disease
    from cartref.render.document import Block
    from cartref.render.picture import Matrix


def of_disease(catalog: Catalog, answer: Answer, name: str, exact: bool) -> None:
    """Fill in the indications of one disease."""
    from cartref.render import indication as render

    match = resolve(catalog, "disease", name, exact=exact)
    answer.matches.append(match)
    wanted = Filters.of(catalog, answer, exact=exact)
    found = select(catalog, wanted, match.found, with_ended=answer.query["all"])
    short = catalog.disease_name(match.found, match.found)
    answer.query.update(wanted.query(), disease=match.found)
    answer.products = found.products
    answer.notices += remarks(found, wanted, short)
    answer.results = lambda: found.flat(found.covering)
    answer.more = lambda: {"not_covered": found.flat(found.near)}
    answer.rows = lambda: render.rows([*found.covering, *found.near], found.relation)
    answer.title = render.disease_title(catalog.diseases[match.found])
    title = f"Approved for {short}: lines of therapy by regulator"

    def pictures() -> list[Matrix]:
        return render.matrix(found.covering, catalog.products, found.relation, title)

    answer.pictures = pictures
    answer.blocks = lambda: [
        *_about(catalog, match.found),
        *render.overview(pictures()),
        *render.grids(found.covering, catalog.disease_name, found.relation),
        *render.not_covered(found.near, found.relation, short),
        *render.notes(found.covering),
    ]


def _about(catalog: Catalog, disease: str) -> list[Block]:
    from cartref.render.indication import about

    found = catalog.diseases[disease]
    parents = [key for key in (found.parent, *found.other_parents) if key]
    children = [
        key
        for key, other in catalog.diseases.items()
        if disease in (other.parent, *other.other_parents)
    ]
    return about(
        found,
        [catalog.diseases[key].name for key in parents],
        [catalog.diseases[key].name for key in children],
    )


def tree(catalog: Catalog, answer: Answer, exact: bool) -> None:
    """Fill in the tree of diseases that have an active indication."""
    from cartref.model.record import fields_of
    from cartref.render import indication as render

    wanted = Filters.of(catalog, answer, exact=exact)
    answer.query.update(wanted.query())
    nodes: list[tuple[int, Disease, int, int]] = []
    held_for = covering(catalog, wanted)
    for depth, found in catalog.tree.walk():
        if held := held_for.get(found.id):
            products = len({item.product for item in held})
            nodes.append((depth, found, products, len({item.regulator for item in held})))
    answer.products = list(catalog.products)
    answer.results = lambda: [
        {**fields_of(found), "products": products, "regulators": regulators}
        for _, found, products, regulators in nodes
    ]
    answer.rows = lambda: render.tree_rows(nodes)
    if not nodes:
        answer.notices += remarks(Selection(), wanted, "any disease")
    answer.blocks = lambda: render.tree(nodes) if nodes else []
