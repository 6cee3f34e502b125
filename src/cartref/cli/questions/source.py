"""The question what a reference is, and what rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from cartref.cli.questions.filters import Filters, one_of
from cartref.cli.questions.hits import hit
from cartref.errors import UsageError
from cartref.names import resolve

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer


def reference(catalog: Catalog, answer: Answer, name: str) -> None:
    """Fill in one reference and every record that cites it."""
    from cartref.export import lists
    from cartref.model.record import fields_of
    from cartref.render import source as render
    from cartref.render.plain import cited

    match = resolve(catalog, "source", name, exact=True)
    answer.matches.append(match)
    for option in ("product", "kind"):
        if answer.query[option] is not None:
            raise UsageError(f"--{option} filters the list: leave the id out")
    found = catalog.sources[match.found]
    resting = [
        hit(catalog, kind, item)
        for kind, records in lists(catalog).items()
        for item in records
        if kind != "sources" and found.id in cited(item)
    ]
    answer.results = lambda: [{**fields_of(found), "records": resting}]
    answer.rows = lambda: render.resting_rows(found, resting)
    answer.blocks = lambda: render.in_full(found, resting)


def listing(catalog: Catalog, answer: Answer, exact: bool) -> None:
    """Fill in the list of references that pass the filters."""
    from cartref.model.vocabulary import SourceKind
    from cartref.render import source as render
    from cartref.render.plain import cited

    wanted = Filters.of(catalog, answer, exact=exact)
    kind = answer.query["kind"]
    if kind is not None:
        kind = one_of(kind, "--kind", get_args(SourceKind))
    answer.query.update(wanted.query(), kind=kind)
    found = list(catalog.sources.values())
    if wanted.product is not None:
        profile = catalog.profile(wanted.product)
        steps = [item for item in catalog.pathway.values() if item.product == wanted.product]
        used = cited([profile, steps])
        found = [item for item in found if item.id in used]
    if kind is not None:
        found = [item for item in found if item.kind == kind]
    if not found:
        answer.notices.append("The dataset holds no such reference.")
    answer.results = lambda: list(found)
    answer.rows = lambda: render.rows(found)
    answer.blocks = lambda: render.listing(found)
