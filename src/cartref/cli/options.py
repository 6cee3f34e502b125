"""The options and arguments that commands share, and what completes them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartref.names import Kind


LONG_NAME = 20


class Format(StrEnum):
    """The formats an answer can take."""

    TABLE = "table"
    TSV = "tsv"
    CSV = "csv"
    MD = "md"
    JSON = "json"
    NDJSON = "ndjson"
    SVG = "svg"
    PNG = "png"
    HTML = "html"


PICTURES = (Format.SVG, Format.PNG, Format.HTML)
ENDINGS = {
    **{f".{item}": item for item in Format if item is not Format.TABLE},
    ".txt": Format.TABLE,
    ".htm": Format.HTML,
    ".jsonl": Format.NDJSON,
}


def joined(words: list[str] | None) -> str | None:
    """The name that the words of an argument make together, quoted or not; none without words."""
    return " ".join(words) if words else None


def names_of(*kinds: Kind) -> Callable[[typer.Context, str], list[str]]:
    """Make what completes a name of these kinds, in any case; the short ones come first.

    Shells take only what begins with the very letters that were typed, so these stay.
    """

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        from cartref import load, names
        from cartref.errors import CartrefError

        try:
            catalog = load(overlay=ctx.params.get("data"))
            found = {
                name.casefold(): incomplete + name[len(incomplete) :]
                for kind in kinds
                for name, _ in names.index_of(catalog, kind).names
                if name.casefold().startswith(incomplete.casefold())
            }
        except CartrefError:
            return []
        return sorted(found.values(), key=lambda name: (len(name) > LONG_NAME, name.casefold()))

    return complete


def words_of(vocabulary: str, *more: str) -> Callable[[str], list[str]]:
    """Make what completes a word of a vocabulary of the model, or one more, in any case."""

    def complete(incomplete: str) -> list[str]:
        from typing import get_args

        from cartref.model import vocabulary as model

        known = (*get_args(getattr(model, vocabulary)), *more)
        return [name for name in known if name.casefold().startswith(incomplete.casefold())]

    return complete


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        "-f",
        help="Output format. Default: what the ending of --output says, else table on a terminal"
        " and tsv elsewhere. In csv a text that begins like a formula has an apostrophe before it.",
        show_default=False,
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the answer to this file, whole or not at all, in the format of its ending"
        " (.svg .png .html .md .csv .tsv .json .ndjson .txt).",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
SourcesOption = Annotated[
    bool, typer.Option("--sources", "-s", help="Number the sources and list them at the end.")
]
ExactOption = Annotated[bool, typer.Option("--exact", help="Forgive no typing error in a name.")]
RegulatorOption = Annotated[
    str | None,
    typer.Option(
        "--regulator",
        "-r",
        help="Only this regulator: FDA, EMA, MHRA, PMDA, NMPA, HealthCanada, TGA, Swissmedic, HSA,"
        " MFDS, CDSCO, AEMPS, HongKongDH, ISAF.",
        autocompletion=words_of("Regulator"),
        show_default=False,
    ),
]
TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target", "-t", help="Only this target, such as CD19 or BCMA.", show_default=False
    ),
]
DiseaseOption = Annotated[
    str | None,
    typer.Option(
        "--disease",
        "-d",
        help="Only what concerns this disease, by any of its names.",
        autocompletion=names_of("disease"),
        show_default=False,
    ),
]
ProductOption = Annotated[
    str | None,
    typer.Option(
        "--product",
        "-p",
        help="Only this product, by any of its names.",
        autocompletion=names_of("product"),
        show_default=False,
    ),
]
LineOption = Annotated[
    int | None,
    typer.Option(
        "--line",
        "-l",
        min=1,
        help="Only what is open in this line of therapy (2: after one earlier line);"
        " indications that set no number of lines stay in.",
        show_default=False,
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="What stood on this day, such as 2024-04-05.",
        show_default=False,
    ),
]
DataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="CARTREF_DATA",
        help="An overlay: records of this directory are added to the dataset, or stand in the"
        " place of those with their ids, and are marked.",
        show_default=False,
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help="Also indications that have ended.")]
