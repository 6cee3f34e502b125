"""``cartref indication`` and ``cartref eligibility``: what is approved, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    AllOption,
    DiseaseOption,
    ExactOption,
    FormatOption,
    JsonOption,
    LineOption,
    ProductOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    complete_disease,
    complete_product_or_disease,
)

if TYPE_CHECKING:
    from cartref.catalog import Catalog
    from cartref.cli.filters import Filters
    from cartref.model.label import Indication
    from cartref.model.reference import Disease

INDICATION_EPILOG = """Examples: cartref indication | cartref indication DLBCL --regulator EMA
| cartref indication MM --line 2 | cartref indication "mantle cell" --json"""
ELIGIBILITY_EPILOG = """Examples: cartref eligibility cilta-cel | cartref eligibility B-ALL
--regulator FDA | cartref eligibility Yescarta --disease FL --json"""
NO_ADVICE = (
    "Criteria are label wording in short; the treating centre decides with the full label at hand."
)


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command("indication", epilog=INDICATION_EPILOG)(indication)
    app.command("eligibility", epilog=ELIGIBILITY_EPILOG)(eligibility)


def indication(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[DISEASE]",
            help="A disease by any of its names. Without it: the tree of diseases.",
            autocompletion=complete_disease,
        ),
    ] = None,
    regulator: RegulatorOption = None,
    line: LineOption = None,
    target: TargetOption = None,
    product: ProductOption = None,
    ended: AllOption = False,
    format: FormatOption = None,
    json: JsonOption = False,
    sources: SourcesOption = False,
    exact: ExactOption = False,
) -> None:
    """Show which products are approved for a disease, by regulator and line of therapy."""
    query = {
        "name": name, "regulator": regulator, "line": line,
        "target": target, "product": product, "all": ended,
    }  # fmt: skip
    if name is None:
        answer = Answer("diseases", query)
        respond(answer, lambda c, a: _tree(c, a, exact), chosen(format, json), sources)
    else:
        answer = Answer("indication", query)
        respond(answer, lambda c, a: _disease(c, a, name, exact), chosen(format, json), sources)


def eligibility(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A product or a disease by any of its names. Without it: all products.",
            autocompletion=complete_product_or_disease,
        ),
    ] = None,
    regulator: RegulatorOption = None,
    disease: DiseaseOption = None,
    line: LineOption = None,
    target: TargetOption = None,
    ended: AllOption = False,
    format: FormatOption = None,
    json: JsonOption = False,
    sources: SourcesOption = False,
    exact: ExactOption = False,
) -> None:
    """Show what labels ask of a patient, criterion by criterion."""
    query = {
        "name": name, "regulator": regulator, "disease": disease, "line": line,
        "target": target, "product": None, "all": ended,
    }  # fmt: skip
    answer = Answer("eligibility", query)
    respond(answer, lambda c, a: _criteria(c, a, name, exact), chosen(format, json), sources)


# ---- one disease


def _disease(catalog: Catalog, answer: Answer, name: str, exact: bool) -> None:
    from cartref.cli.filters import Filters
    from cartref.names import resolve

    match = resolve(catalog, "disease", name, exact=exact)
    answer.matches.append(match)
    wanted = Filters.of(catalog, answer.query, exact=exact)
    answer.query.update(wanted.query(), disease=match.found)
    covering, near, relation = _related(catalog, match.found, wanted, ended=answer.query["all"])
    answer.products = list(dict.fromkeys(item.product for item in (*covering, *near)))
    _fill(catalog, answer, covering, near, relation, match.found)


def _related(
    catalog: Catalog, disease: str, wanted: Filters, *, ended: bool
) -> tuple[list[Indication], list[Indication], dict[str, str]]:
    """The indications that cover a disease, those that only come near it, and how each stands."""
    from cartref.render.indication import newest_first

    covering: list[Indication] = []
    near: list[Indication] = []
    relation: dict[str, str] = {}
    for item in newest_first(catalog.indications.values()):
        if not (ended or item.status == "active") or not wanted.accepts(item):
            continue
        how = catalog.relation(item, disease)
        if how is not None:
            relation[item.id] = how
            (covering if how in ("named", "part") else near).append(item)
    return covering, near, relation


def _fill(
    catalog: Catalog,
    answer: Answer,
    covering: list[Indication],
    near: list[Indication],
    relation: dict[str, str],
    disease: str,
) -> None:
    from cartref.render import indication as render

    if not covering:
        answer.notices.append("No active indication in the dataset covers this disease.")
    if near:
        products = ", ".join(sorted({item.product for item in near}))
        answer.notices.append(
            f"Indications of {products} come close without covering it: --json lists them"
            " under not_covered."
        )
    answer.results = lambda: [_flat(item, relation[item.id]) for item in covering]
    answer.more = lambda: {"not_covered": [_flat(item, relation[item.id]) for item in near]}
    answer.rows = lambda: render.rows(covering, relation)
    answer.blocks = lambda: [
        *_about(catalog, disease),
        *render.grids(covering, catalog.disease_name, relation),
        *render.not_covered(near, relation, catalog.disease_name(disease, disease)),
    ]


def _flat(item: Indication, relation: str) -> dict[str, Any]:
    from cartref.render.plain import fields_of

    return {**fields_of(item), "relation": relation}


def _about(catalog: Catalog, disease: str) -> list[Any]:
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


# ---- the tree


def _tree(catalog: Catalog, answer: Answer, exact: bool) -> None:
    from cartref.cli.filters import Filters
    from cartref.render import indication as render
    from cartref.render.plain import fields_of

    wanted = Filters.of(catalog, answer.query, exact=exact)
    answer.query.update(wanted.query())
    active = [
        item
        for item in catalog.indications.values()
        if item.status == "active" and wanted.accepts(item)
    ]
    nodes: list[tuple[int, Disease, int, int]] = []
    for depth, found in catalog.tree():
        held = [item for item in active if catalog.relation(item, found.id) in ("named", "part")]
        if held:
            products = len({item.product for item in held})
            nodes.append((depth, found, products, len({item.regulator for item in held})))
    answer.products = list(catalog.products)
    answer.results = lambda: [
        {**fields_of(found), "products": products, "regulators": regulators}
        for _, found, products, regulators in nodes
    ]
    answer.rows = lambda: render.tree_rows(nodes)
    answer.blocks = lambda: render.tree(nodes)


# ---- criteria


def _criteria(catalog: Catalog, answer: Answer, name: str | None, exact: bool) -> None:
    from cartref.cli.filters import Filters
    from cartref.names import resolve_any
    from cartref.render import indication as render

    disease: str | None = None
    if name is not None:
        kind, match = resolve_any(catalog, ("product", "disease"), name, exact=exact)
        answer.matches.append(match)
        if kind == "product":
            answer.query["product"] = match.id
        else:
            disease = match.id
    wanted = Filters.of(catalog, answer.query, exact=exact)
    answer.query.update(wanted.query())
    relation: dict[str, str] = {}
    found = []
    for item in render.newest_first(catalog.indications.values()):
        if not (answer.query["all"] or item.status == "active") or not wanted.accepts(item):
            continue
        how = catalog.relation(item, disease) if disease else "named"
        if how in ("named", "part"):
            relation[item.id] = how
            found.append(item)
    answer.products = list(dict.fromkeys(item.product for item in found))
    answer.notices.append(NO_ADVICE)
    if not found:
        answer.notices.append("No active indication in the dataset fits this question.")
    answer.results = lambda: [_flat(item, relation[item.id]) for item in found]
    answer.rows = lambda: render.rows(found, relation)
    answer.blocks = lambda: [render.criteria_facts(item, catalog.disease_name) for item in found]
