"""``cartref indication``: what is approved for a disease, or the tree of diseases."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from typing import Annotated

import typer

from cartref.cli.answer import Answer, chosen, respond
from cartref.cli.options import (
    AllOption,
    AsOfOption,
    DataOption,
    ExactOption,
    FormatOption,
    JsonOption,
    LineOption,
    OutputOption,
    ProductOption,
    RegulatorOption,
    SourcesOption,
    TargetOption,
    joined,
    names_of,
)

EPILOG = """Examples: cartref indication | cartref indication DLBCL --regulator EMA
| cartref indication MM --line 2 | cartref indication "mantle cell" --json"""


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("indication", epilog=EPILOG, short_help=about)(indication)


def indication(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DISEASE]",
            help="A disease by any of its names. Without it: the tree of diseases.",
            autocompletion=names_of("disease"),
        ),
    ] = None,
    regulator: RegulatorOption = None,
    line: LineOption = None,
    target: TargetOption = None,
    product: ProductOption = None,
    as_of: AsOfOption = None,
    ended: AllOption = False,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
    sources: SourcesOption = False,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Show which products are approved for a disease, by regulator and line of therapy."""
    from cartref.cli.questions import indication as ask

    name = joined(words)
    query = {
        "name": name, "regulator": regulator, "line": line,
        "target": target, "product": product, "as_of": as_of, "all": ended,
    }  # fmt: skip
    shape = chosen(format, json, output)
    if name is None:
        respond(
            Answer("diseases", query),
            lambda c, a: ask.tree(c, a, exact),
            shape,
            sources,
            overlay=data,
        )
    else:
        answer = Answer("indication", query)
        respond(
            answer, lambda c, a: ask.of_disease(c, a, name, exact), shape, sources, overlay=data
        )
