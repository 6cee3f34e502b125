"""``cartref eligibility``: what labels ask of a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    AllOption,
    DiseaseOption,
    ExactOption,
    FormatOption,
    JsonOption,
    LineOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    complete_product_or_disease,
)

if TYPE_CHECKING:
    from cartref.catalog import Catalog

EPILOG = """Examples: cartref eligibility cilta-cel | cartref eligibility B-ALL
--regulator FDA | cartref eligibility Yescarta --disease FL --json"""
NO_ADVICE = (
    "Criteria are label wording in short; the treating centre decides with the full label at hand."
)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("eligibility", epilog=EPILOG)(eligibility)


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


def _criteria(catalog: Catalog, answer: Answer, name: str | None, exact: bool) -> None:
    from cartref.cli.filters import Filters
    from cartref.cli.selection import remarks, select
    from cartref.names import resolve_any
    from cartref.render import indication as render

    disease, what = None, "any product"
    if name is not None:
        kind, match = resolve_any(catalog, ("product", "disease"), name, exact=exact)
        answer.matches.append(match)
        what = match.found
        if kind == "product":
            answer.query["product"] = match.id
        else:
            disease = match.found
            what = catalog.disease_name(disease, disease)
    wanted = Filters.of(catalog, answer.query, exact=exact)
    found = select(catalog, wanted, disease, with_ended=answer.query["all"])
    answer.query.update(wanted.query())
    answer.products = found.products
    answer.notices += [*remarks(found, wanted, what), NO_ADVICE]
    answer.results = lambda: found.flat(found.covering)
    answer.rows = lambda: render.rows(found.covering, found.relation)
    answer.blocks = lambda: [
        *(render.criteria_facts(item, catalog.disease_name) for item in found.covering),
        *render.not_covered(found.near, found.relation, what),
    ]
