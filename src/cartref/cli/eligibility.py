"""``cartref eligibility``: what labels ask of a patient."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    AllOption,
    AsOfOption,
    DiseaseOption,
    ExactOption,
    FormatOption,
    JsonOption,
    LineOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    complete_product_or_disease,
    joined,
)

EPILOG = """Examples: cartref eligibility cilta-cel | cartref eligibility B-ALL
--regulator FDA | cartref eligibility Yescarta --disease FL --json"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command("eligibility", epilog=EPILOG, short_help="What labels ask of a patient.")(
        eligibility
    )


def eligibility(
    words: Annotated[
        list[str] | None,
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
    as_of: AsOfOption = None,
    ended: AllOption = False,
    format: FormatOption = None,
    json: JsonOption = False,
    sources: SourcesOption = False,
    exact: ExactOption = False,
) -> None:
    """Show what labels ask of a patient, criterion by criterion."""
    from cartref.cli.questions import eligibility as ask

    name = joined(words)
    query = {
        "name": name, "regulator": regulator, "disease": disease, "line": line,
        "target": target, "product": None, "as_of": as_of, "all": ended,
    }  # fmt: skip
    answer = Answer("eligibility", query)
    respond(answer, lambda c, a: ask.criteria(c, a, name, exact), chosen(format, json), sources)
