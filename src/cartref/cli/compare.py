"""``cartref compare``: products side by side."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    AsOfOption,
    DataOption,
    DiseaseOption,
    ExactOption,
    FormatOption,
    JsonOption,
    OutputOption,
    RegulatorOption,
    SourcesOption,
    names_of,
    words_of,
)

EPILOG = """Examples: cartref compare cilta-cel ide-cel | cartref compare axi-cel tisa-cel
liso-cel --regulator FDA --only dose --only lymphodepletion
| cartref compare Yescarta Kymriah --disease LBCL --only safety --json"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("compare", epilog=EPILOG, short_help=about)(compare)


def compare(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME NAME...",
            help="Two or more products, each by any of its names; a name of several words in"
            " quotes.",
            autocompletion=names_of("product"),
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="SECTION",
            help="Only this section, more than once for several: product, indications, dose,"
            " lymphodepletion, monitoring, warnings, outcomes, safety, logistics.",
            autocompletion=words_of("ComparisonSection"),
            show_default=False,
        ),
    ] = None,
    regulator: RegulatorOption = None,
    disease: DiseaseOption = None,
    as_of: AsOfOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show products side by side: what differs, what is the same, what is not known."""
    from cartref.cli.questions import compare as ask

    query = {
        "names": names or [], "only": only or [], "regulator": regulator, "disease": disease,
        "as_of": as_of,
    }  # fmt: skip
    answer = Answer("compare", query)
    shape = chosen(format, json, output)
    respond(
        answer,
        lambda c, a: ask.side_by_side(c, a, names or [], exact),
        shape,
        sources,
        overlay=data,
    )
