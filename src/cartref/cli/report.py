"""``cartref report``: a brief of products to hand on."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, Form, chosen, respond
from cartref.cli.options import (
    AsOfOption,
    DataOption,
    DiseaseOption,
    ExactOption,
    Format,
    RegulatorOption,
    names_of,
)

EPILOG = """Examples: cartref report cilta-cel --output cilta-cel.html
| cartref report Abecma Carvykti --disease MM -r FDA -o myeloma.html
| cartref report obe-cel > obe-cel.md"""
FORMATS = (Format.MD, Format.HTML)


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("report", epilog=EPILOG, short_help=about)(report)


def report(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME...",
            help="One or several products, each by any of its names.",
            autocompletion=names_of("product"),
            show_default=False,
        ),
    ] = None,
    regulator: RegulatorOption = None,
    disease: DiseaseOption = None,
    as_of: AsOfOption = None,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            "-f",
            metavar="[md|html]",
            help="Markdown, or one page of HTML with charts. Default: what the ending of --output"
            " says, else md.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the brief to this file, whole or not at all, in the format of its ending"
            " (.md .html).",
            show_default=False,
        ),
    ] = None,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Write a brief: profile, label, safety, outcomes, charts and numbered sources."""
    from cartref.cli.questions import report as ask

    query = {"names": names or [], "regulator": regulator, "disease": disease, "as_of": as_of}
    answer = Answer("report", query)
    shape = _form(format, output)
    respond(answer, lambda c, a: ask.brief(c, a, names or [], exact), shape, overlay=data)


def _form(format: Format | None, output: str | None) -> Form:
    """The format and the place of a brief; Markdown on stdout, on a terminal too.

    Raises:
        typer.BadParameter: the format is none of a brief
    """
    asked = format or (None if output else Format.MD)
    form = chosen(asked, as_json=False, output=output, formats=FORMATS)
    if form.format not in FORMATS:
        raise typer.BadParameter(
            f"a report is md or html, not {form.format}: cartref product and cartref compare give"
            " the same as data"
        )
    return form
