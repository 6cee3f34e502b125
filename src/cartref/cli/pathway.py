"""``cartref pathway``: the patient's way from referral to long-term follow-up."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    DataOption,
    DiseaseOption,
    ExactOption,
    FormatOption,
    JsonOption,
    OutputOption,
    RegulatorOption,
    SourcesOption,
    joined,
    names_of,
)

EPILOG = """Examples: cartref pathway | cartref pathway obe-cel
| cartref pathway axi-cel --regulator EMA --json"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("pathway", epilog=EPILOG, short_help=about)(pathway)


def pathway(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PRODUCT]",
            help="A product by any of its names: its own times, doses and rules then stand with"
            " each stage.",
            autocompletion=names_of("product"),
        ),
    ] = None,
    regulator: RegulatorOption = None,
    disease: DiseaseOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show the patient's way, stage by stage: who does what, and how long it takes."""
    from cartref.cli.questions import pathway as ask

    name = joined(words)
    query = {"name": name, "regulator": regulator, "disease": disease, "product": None}
    answer = Answer("pathway", query)
    respond(
        answer,
        lambda c, a: ask.stages(c, a, name, exact),
        chosen(format, json, output),
        sources,
        overlay=data,
    )
