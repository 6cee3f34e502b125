"""From an answer to the streams: the format, the envelope, the notes and the exit code."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from cartref.cli.options import Format
from cartref.errors import CartrefError, UnresolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.model.match import Match
    from cartref.render.document import Block, Rows

DISCLAIMER = "reference only, not medical advice"


def _unfilled() -> Any:
    """Stand in for what a question has not filled in."""
    raise RuntimeError("the answer was not filled in")


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Answer:
    """What a command found, before it takes a format.

    Attributes:
        command: name of the command in the envelope
        query: what was asked: names and filters
        matches: how each name matched
        filter_matches: how the names in filters matched
        beyond: what the plain lines leave out, said beside them
        results: the results: plain values, ready for JSON
        rows: makes the plain lines
        blocks: makes what is drawn for people
        more: further keys of the envelope
        notices: what the reader must know about the answer
        products: ids of the products that the results belong to
    """

    command: str
    query: dict[str, Any] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)
    filter_matches: list[Match] = field(default_factory=list)
    beyond: str | None = None
    results: Callable[[], list[Any]] = list
    rows: Callable[[], Rows] = _unfilled
    blocks: Callable[[], Sequence[Block]] = _unfilled
    more: Callable[[], dict[str, Any]] = dict
    notices: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)


def chosen(format: Format | None, as_json: bool) -> Format:
    """The format that the options ask for, or the one that suits the stream.

    Raises:
        typer.BadParameter: the options ask for two
    """
    if as_json:
        if format not in (None, Format.JSON):
            raise typer.BadParameter(f"--json and --format {format} ask for different things")
        return Format.JSON
    return format or (Format.TABLE if sys.stdout.isatty() else Format.TSV)


@contextmanager
def reporting() -> Iterator[None]:
    """Turn an error of ours into one line on stderr and an exit code."""
    from cartref.cli import streams

    try:
        yield
        sys.stdout.flush()
    except CartrefError as error:
        note(f"error: {error}")
        raise typer.Exit(error.exit_code) from None
    except BrokenPipeError:
        streams.abandon()
        raise typer.Exit from None  # whoever reads has enough


def note(text: str) -> None:
    """Write one line to stderr; on a terminal it is broken between words."""
    if sys.stderr.isatty():
        import shutil
        import textwrap

        text = textwrap.fill(text, shutil.get_terminal_size().columns, break_on_hyphens=False)
    typer.echo(text, err=True)


def respond(
    answer: Answer, make: Callable[[Catalog, Answer], None], format: Format, sources: bool = False
) -> None:
    """Run a question and write its answer.

    Args:
        answer: names the command and the query; ``make`` completes it
        make: asks the catalog and fills the answer
        format: the format to write
        sources: whether people see numbered sources

    Raises:
        typer.Exit: the question failed; carries the exit code
    """
    from cartref.catalog import Catalog

    with reporting():
        catalog = Catalog()
        try:
            make(catalog, answer)
        except CartrefError as error:
            if isinstance(error, UnresolvedError):
                answer.matches.append(error.match)
            if format in (Format.JSON, Format.NDJSON) and error.exit_code != 1:
                answer.notices = [str(error)]
                _write_json(_envelope(catalog, answer, [], {}, {}), line=format is Format.NDJSON)
            raise
        for match in (*answer.matches, *answer.filter_matches):
            _say_match(match)
        _write(catalog, answer, format, sources)


def _say_match(match: Match) -> None:
    """Say how a name matched, unless it is the id itself."""
    if match.kind == "fuzzy":
        edits = f"{match.distance} letter{'' if match.distance == 1 else 's'} off"
        note(f"note: read '{match.input}' as '{match.matched}' ({edits}), that is {match.id}")
    elif match.kind in ("alias", "code"):
        note(f"note: '{match.input}' is {match.id} ({match.kind})")
    elif match.kind == "normalised":
        note(f"note: '{match.input}' is {match.id} ('{match.matched}')")


def _write(catalog: Catalog, answer: Answer, format: Format, sources: bool) -> None:
    if format in (Format.JSON, Format.NDJSON):
        _write_structured(catalog, answer, format)
        return
    if format in (Format.TSV, Format.CSV):
        from cartref.render import text

        write = text.tsv if format is Format.TSV else text.csv
        sys.stdout.write(write(answer.rows()))
        for line in (*filter(None, [answer.beyond]), *answer.notices):
            note(f"note: {line}")
        note(_footer(catalog))
        return
    _write_for_people(catalog, answer, format, sources)


def _write_for_people(catalog: Catalog, answer: Answer, format: Format, sources: bool) -> None:
    from cartref.render.document import Facts, Grid, Remark, Versus

    blocks = list(answer.blocks())
    notices = [Remark(line) for line in answer.notices]
    if day := answer.query.get("as_of"):
        # What is not known of that day must be read before the rest.
        blocks[:0] = [Remark(f"As it stood on {day}", heading=True), *notices]
        notices = []
    numbers: dict[str, int] = {}
    if sources:
        cited: dict[str, None] = {}
        for block in blocks:
            if isinstance(block, Grid):
                cited.update(dict.fromkeys(key for row in block.cited for key in row))
            elif isinstance(block, Facts):
                cited.update(dict.fromkeys(key for fact in block.facts for key in fact.cited))
            elif isinstance(block, Versus):
                facts = (fact for row in block.rows for cell in row.cells for fact in cell)
                cited.update(dict.fromkeys(key for fact in facts for key in fact.cited))
        numbers = {key: place for place, key in enumerate(cited, 1)}
        blocks.append(_reference_list(catalog, answer, numbers))
    blocks += notices
    blocks.append(Remark(_footer(catalog)))
    if format is Format.MD:
        from cartref.render import text

        sys.stdout.write(text.markdown(blocks, numbers))
    else:
        from cartref.render import table

        table.draw(blocks, numbers, sys.stdout)


def _reference_list(catalog: Catalog, answer: Answer, numbers: dict[str, int]) -> Block:
    from cartref.render.document import Fact, Facts

    found = catalog.find_sources(numbers, answer.products)
    facts = []
    for key, number in numbers.items():
        item = found[key]
        parts = [f"{item.publisher}: {item.title}", item.date, item.url or "address not known"]
        facts.append(Fact(f"[{number}]", ". ".join(part for part in parts if part)))
    return Facts("Sources", tuple(facts), unbroken=True)


def _footer(catalog: Catalog) -> str:
    state = catalog.dataset
    return f"Data {state.version}, as of {state.as_of}; {DISCLAIMER}."


# ---- structured output


def _envelope(
    catalog: Catalog,
    answer: Answer,
    results: list[Any],
    more: dict[str, Any],
    sources: dict[str, Any],
) -> dict[str, Any]:
    from cartref.render.plain import SCHEMA_VERSION

    matches = answer.matches
    return {
        "schema_version": SCHEMA_VERSION,
        "command": answer.command,
        "dataset": catalog.dataset,
        "query": {
            **answer.query,
            "match": matches[0] if len(matches) == 1 else None,
            "matches": matches,
            "filter_matches": answer.filter_matches,
        },
        "results": results,
        **more,
        "sources": sources,
        "notices": answer.notices,
    }


def _write_structured(catalog: Catalog, answer: Answer, format: Format) -> None:
    from cartref.render.plain import cited

    results, more = answer.results(), answer.more()
    if format is Format.JSON:
        sources = catalog.find_sources(cited([results, more]), answer.products)
        _write_json(_envelope(catalog, answer, results, more, dict(sources)))
        return
    if not results:
        _write_json(_envelope(catalog, answer, [], more, {}), line=True)
    for result in results:
        sources = catalog.find_sources(cited(result), answer.products)
        _write_json(_envelope(catalog, answer, [result], {}, dict(sources)), line=True)


def _write_json(value: Any, *, line: bool = False) -> None:
    """Write JSON: indented for a person's eyes, else on one line."""
    from cartref.render.plain import to_json

    sys.stdout.write(to_json(value, None if line or not sys.stdout.isatty() else 2) + "\n")
