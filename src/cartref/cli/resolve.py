"""``cartref resolve``: many names at once, from a file or a pipe."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from enum import StrEnum
from typing import Annotated

import typer

from cartref.cli.answer import note, reporting
from cartref.cli.options import DataOption, ExactOption

EPILOG = """Examples: cartref resolve names.txt | cartref resolve claims.csv --column drug
| cartref resolve notes.ndjson --column drug --summary > out.ndjson
| cut -f3 orders.tsv | cartref resolve --json"""


class RowFormat(StrEnum):
    """The formats of rows with their answers."""

    NDJSON = "ndjson"
    TSV = "tsv"
    CSV = "csv"


class Asked(StrEnum):
    """The kinds of record that names may mean."""

    PRODUCT = "product"
    DISEASE = "disease"
    EVENT = "event"
    TRIAL = "trial"
    TERM = "term"


class Errors(StrEnum):
    """What happens at a byte that is not UTF-8."""

    STRICT = "strict"
    REPLACE = "replace"


def register(app: typer.Typer, about: str) -> None:
    """Add the command to the app."""
    app.command("resolve", epilog=EPILOG, short_help=about)(resolve)


def resolve(
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE|-]",
            help="Lines of names; with --column a table in CSV, TSV or NDJSON. Default: stdin.",
            show_default=False,
        ),
    ] = "-",
    column: Annotated[
        str | None,
        typer.Option("--column", "-c", help="The column or member that holds the name."),
    ] = None,
    format: Annotated[
        RowFormat | None,
        typer.Option(
            "--format",
            "-f",
            help="The format to write. Default: that of the input, TSV for lines.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Short for --format ndjson.")] = False,
    kind: Annotated[
        Asked, typer.Option("--kind", "-k", help="What the names are names of.")
    ] = Asked.PRODUCT,
    unresolved: Annotated[
        str | None,
        typer.Option(
            "--unresolved",
            metavar="FILE",
            help="Also write the rows that led to no single record here, once all rows are done.",
        ),
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Count the kinds of matches on stderr.")
    ] = False,
    prefix: Annotated[
        str | None,
        typer.Option(
            "--prefix",
            help="What stands before the names of the added columns. Default: nothing, or"
            " cartref_ where the input has a column of such a name.",
        ),
    ] = None,
    errors: Annotated[
        Errors, typer.Option("--errors", help="Stop at a byte that is not UTF-8, or replace it.")
    ] = Errors.STRICT,
    exact: ExactOption = False,
    data: DataOption = None,
) -> None:
    """Resolve many names: write every row with id, kind, matched and alternatives.

    Kind is exact, alias, code, normalised, fuzzy, ambiguous or none; only the first five have
    an id. Rows keep their order, and memory does not grow with their number.
    """
    from cartref.cli import bulk
    from cartref.errors import UsageError

    with reporting():
        if json and format not in (None, RowFormat.NDJSON):
            raise UsageError(f"--json and --format {format}: give one of them")
        task = bulk.Task(
            file=file,
            column=column,
            form="ndjson" if json else format.value if format else None,
            kind=kind.value,
            unresolved=unresolved,
            prefix=prefix,
            replace=errors is Errors.REPLACE,
            exact=exact,
            overlay=data,
        )
        counts = bulk.run(task)
    if summary:
        note(bulk.told(counts))
