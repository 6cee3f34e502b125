"""``cartref explain``: a term of the field in short, or the glossary."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    DataOption,
    ExactOption,
    FormatOption,
    JsonOption,
    OutputOption,
    SourcesOption,
    joined,
    names_of,
)

EPILOG = """Examples: cartref explain | cartref explain lymphodepletion
| cartref explain ICE score | cartref explain antigen loss --json"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("explain", epilog=EPILOG, short_help=about)(explain)


def explain(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TERM]",
            help="A term, an adverse event or a disease by any of its names. Without it: the"
            " glossary.",
            autocompletion=names_of("term", "event", "disease"),
        ),
    ] = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Explain a term: what it means, what else to know, and how it is graded."""
    from cartref.cli.questions import explain as ask

    name = joined(words)
    shape = chosen(format, json, output)
    if name is None:
        respond(Answer("terms"), ask.glossary, shape, sources, overlay=data)
    else:
        answer = Answer("explain", {"name": name})
        respond(
            answer, lambda c, a: ask.explanation(c, a, name, exact), shape, sources, overlay=data
        )
