"""From an answer to the streams: the format, the envelope, the notes and the exit code."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from cartref import load
from cartref.cli.options import ENDINGS, PICTURES, Format
from cartref.errors import CartrefError, UnresolvedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import IO

    from cartref.catalog import Catalog
    from cartref.model.dataset import Overlaid
    from cartref.model.match import Match
    from cartref.render.document import Block, Facts, Heading, Rows
    from cartref.render.picture import Picture

LONGEST_NOTE = 4000
STDOUT = "-"  # in the place of a file
DISCLAIMER = "reference only, not medical advice"
# The parts of a query that narrow an answer, as a reader of a picture or a document calls them.
NARROWED = {
    "regulator": "regulator", "product": "product", "disease": "disease", "target": "target",
    "line": "line", "kinds": "kind", "since": "since", "until": "until", "as_of": "as it stood on",
}  # fmt: skip


def _unfilled() -> Any:
    """Stand in for what a question has not filled in."""
    raise RuntimeError("the answer was not filled in")


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
        title: what the answer is about, as the heading of a page; needed beside pictures
        pictures: makes the pictures; none for an answer that has no picture
        document: makes a document that stands by itself; none for an answer that is none
        page: makes the same with its pictures where they belong
        more: further keys of the envelope
        notices: what the reader must know about the answer
        products: ids of the products that the results belong to
    """

    def __init__(self, command: str, query: dict[str, Any] | None = None) -> None:
        self.command = command
        self.query = query or {}
        self.matches: list[Match] = []
        self.filter_matches: list[Match] = []
        self.beyond: str | None = None
        self.results: Callable[[], list[Any]] = list
        self.rows: Callable[[], Rows] = _unfilled
        self.blocks: Callable[[], Sequence[Block]] = _unfilled
        self.title = ""
        self.pictures: Callable[[], Sequence[Picture]] | None = None
        self.document: Callable[[], Sequence[Block | Heading]] | None = None
        self.page: Callable[[], Sequence[Block | Heading | Picture]] | None = None
        self.more: Callable[[], dict[str, Any]] = dict
        self.notices: list[str] = []
        self.products: list[str] = []


class Form(NamedTuple):
    """What an answer is written as, and where.

    Attributes:
        format: the format
        path: the file; none for stdout
    """

    format: Format
    path: str | None = None


def chosen(
    format: Format | None,
    as_json: bool,
    output: str | None = None,
    formats: Collection[Format] = tuple(Format),
) -> Form:
    """The format that the options ask for, or the one that suits the file or the stream.

    Args:
        format: the one that is named
        as_json: whether the short option for JSON is there
        output: the file; none for stdout
        formats: those that the command has, of which the endings of files are told

    Raises:
        typer.BadParameter: the options ask for two, or for a picture on a terminal
    """
    if as_json and format not in (None, Format.JSON):
        raise typer.BadParameter(f"--json and --format {format} ask for different things")
    asked = Format.JSON if as_json else format
    if output not in (None, STDOUT):
        return Form(_format_of(output, asked, formats), output)
    to_people = sys.stdout.isatty()
    if to_people and asked in PICTURES:
        raise typer.BadParameter(
            f"{asked} is not for a terminal: name a file with --output, or send it into a pipe"
        )
    return Form(asked or (Format.TABLE if to_people else Format.TSV))


def _format_of(path: str, asked: Format | None, formats: Collection[Format]) -> Format:
    """The format of a file: as asked for, or as its ending says.

    Raises:
        typer.BadParameter: the two differ, or neither is there
    """
    from os.path import splitext

    told = ENDINGS.get(splitext(path)[1].lower())
    if asked is not None and told not in (None, asked):
        raise typer.BadParameter(f"--output {path} and --format {asked} ask for different things")
    found = asked or told
    if found is None:
        known = " ".join(name for name, item in ENDINGS.items() if item in formats)
        raise typer.BadParameter(f"--output {path}: name a --format, or end the name in {known}")
    return found


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
        streams.abandon(sys.stdout)
        raise typer.Exit from None  # whoever reads has enough


def note(text: str) -> None:
    """Write one line to stderr; on a terminal it is broken between words.

    Names are told as they were typed: signs in them that steer a terminal are written out, and
    what is longer than anybody reads is cut in its middle. A stderr that takes no more takes
    nothing from the answer.
    """
    from cartref.cli import streams

    text = streams.written_out(text)
    if len(text) > LONGEST_NOTE:
        half = LONGEST_NOTE // 2
        text = f"{text[:half]} ... {text[-half:]}"
    if sys.stderr.isatty():
        import shutil
        import textwrap

        text = textwrap.fill(text, shutil.get_terminal_size().columns, break_on_hyphens=False)
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        streams.abandon(sys.stderr)


def respond(
    answer: Answer,
    make: Callable[[Catalog, Answer], None],
    form: Form,
    sources: bool = False,
    overlay: str | None = None,
) -> None:
    """Run a question and write its answer.

    Args:
        answer: names the command and the query; ``make`` completes it
        make: asks the catalog and fills the answer
        form: the format to write, and the file if not stdout
        sources: whether people see numbered sources
        overlay: the directory of records to lay over the dataset

    Raises:
        typer.Exit: the question failed; carries the exit code
    """
    with reporting():
        catalog = load(overlay=overlay)
        try:
            make(catalog, answer)
        except CartrefError as error:
            if isinstance(error, UnresolvedError):
                answer.matches.append(error.match)
            if error.exit_code == 1:
                raise
            if form.path is None and form.format in (Format.JSON, Format.NDJSON):
                answer.notices = [str(error), *_overlay_notice(catalog)]
                _write_json(
                    _envelope(catalog, answer, [], {}, {}),
                    sys.stdout,
                    line=form.format is Format.NDJSON,
                )
            else:
                for line in _overlay_notice(catalog):
                    note(f"note: {line}")
            raise
        for match in (*answer.matches, *answer.filter_matches):
            _say_match(match)
        answer.notices += _overlay_notice(catalog)
        _deliver(catalog, answer, form, sources)


def _overlay_notice(catalog: Catalog) -> list[str]:
    """What must be said of the overlay; without one the dataset is not opened for it."""
    overlay = catalog.dataset.overlay if catalog.overlay else None
    return [laid_over(overlay)] if overlay else []


def laid_over(overlay: Overlaid) -> str:
    """What an overlay did: nothing bundled is hidden in silence."""
    number = len(overlay.added)
    added = f"The overlay {named(overlay)} adds {number} record{'' if number == 1 else 's'}"
    if not overlay.replaced:
        return f"{added} and replaces none."
    lost = {item.id: f" (without {', '.join(item.keys)})" for item in overlay.lacking}
    replaced = ", ".join(f"{key}{lost.get(key, '')}" for key in overlay.replaced)
    return f"{added} and replaces {len(overlay.replaced)}: {replaced}."


def named(overlay: Overlaid) -> str:
    """An overlay as answers call it, which may go to others: without the way to it.

    Signs in its name that steer a terminal are written out.
    """
    import os

    from cartref.cli import streams

    return f"'{streams.written_out(os.path.basename(os.path.abspath(overlay.path)))}'"


def _say_match(match: Match) -> None:
    """Say how a name matched, unless it is the id itself."""
    if match.kind == "fuzzy":
        edits = f"{match.distance} letter{'' if match.distance == 1 else 's'} off"
        note(f"note: read '{match.input}' as '{match.matched}' ({edits}), that is {match.id}")
    elif match.kind in ("alias", "code"):
        note(f"note: '{match.input}' is {match.id} ({match.kind})")
    elif match.kind == "normalised":
        note(f"note: '{match.input}' is {match.id} ('{match.matched}')")


def _deliver(catalog: Catalog, answer: Answer, form: Form, sources: bool) -> None:
    """Write an answer to its file, whole or not at all, or to stdout."""
    if form.format in PICTURES:
        from cartref.cli import pictures

        content = pictures.drawn(catalog, answer, form.format)
        if form.path is None:
            sys.stdout.buffer.write(content)
            return
        from cartref.export import atomically

        atomically(form.path, lambda file: file.write(content), "wb")
    elif form.path is None:
        _write(catalog, answer, form.format, sources, sys.stdout)
    else:
        from cartref.export import atomically

        atomically(form.path, lambda file: _write(catalog, answer, form.format, sources, file))


def _write(catalog: Catalog, answer: Answer, format: Format, sources: bool, out: IO[str]) -> None:
    if format in (Format.JSON, Format.NDJSON):
        _write_structured(catalog, answer, format, out)
        return
    if format in (Format.TSV, Format.CSV):
        from cartref.render import text

        write = text.tsv if format is Format.TSV else text.csv
        out.write(write(answer.rows()))
        for line in (*filter(None, [answer.beyond]), *answer.notices):
            note(f"note: {line}")
        note(footer(catalog))
        return
    _write_for_people(catalog, answer, format, sources, out)


def _write_for_people(
    catalog: Catalog, answer: Answer, format: Format, sources: bool, out: IO[str]
) -> None:
    from cartref.render.document import Remark, cited

    if answer.document is not None:
        out.write(_document(catalog, answer, answer.document()))
        return
    blocks = list(answer.blocks())
    notices = [Remark(line) for line in answer.notices]
    if day := answer.query.get("as_of"):
        # What is not known of that day must be read before the rest.
        blocks[:0] = [Remark(f"As it stood on {day}", heading=True), *notices]
        notices = []
    numbers: dict[str, int] = {}
    if sources:
        numbers = {key: place for place, key in enumerate(cited(blocks), 1)}
        if numbers:
            blocks.append(_reference_list(catalog, answer, numbers))
    blocks += notices
    blocks.append(Remark(footer(catalog)))
    if format is Format.MD:
        from cartref.render import text

        out.write(text.markdown(blocks, numbers))
    else:
        from cartref.render import table

        table.draw(blocks, numbers, out)


def _document(catalog: Catalog, answer: Answer, parts: Sequence[Block | Heading]) -> str:
    """A document as Markdown: what it is of, its parts, the references."""
    from cartref.render import text
    from cartref.render.document import Heading, Remark, cited

    numbers = {key: place for place, key in enumerate(cited(parts), 1)}
    blocks: list[Block | Heading] = [
        Heading(answer.title, 1),
        Remark(state(catalog, answer)),
        *parts,
    ]
    if numbers:
        references = _reference_list(catalog, answer, numbers)
        blocks += [Heading(references.title, 2), references._replace(title="")]
    blocks.append(Remark(footer(catalog)))
    return text.markdown(blocks, numbers)


def _reference_list(catalog: Catalog, answer: Answer, numbers: dict[str, int]) -> Facts:
    from cartref.render import words
    from cartref.render.document import OVERLAY, Fact, Facts

    found = catalog.find_sources(numbers, answer.products)
    facts = []
    for key, number in numbers.items():
        item = found[key]
        parts = [f"{item.publisher}: {item.title}", item.date, item.url or words.UNKNOWN_ADDRESS]
        cited = (OVERLAY,) if item.origin == "overlay" else ()
        facts.append(Fact(f"[{number}]", ". ".join(part for part in parts if part), cited))
    return Facts("Sources", tuple(facts), unbroken=True)


def footer(catalog: Catalog) -> str:
    """The dataset, its day, and that it is no advice."""
    return f"{dated(catalog)}; {DISCLAIMER}."


def dated(catalog: Catalog) -> str:
    """The dataset and its day, and the overlay over it."""
    data = catalog.dataset
    told = f"Data {data.version}, as of {data.as_of}"
    return f"{told}, with the overlay {named(data.overlay)}" if data.overlay else told


def state(catalog: Catalog, answer: Answer) -> str:
    """The dataset, its day, and what the answer was narrowed to, as a document begins."""
    return "; ".join(filter(None, [dated(catalog), narrowed(catalog, answer)]))


def narrowed(catalog: Catalog, answer: Answer) -> str:
    """What the answer was narrowed to: ``target BCMA; as it stood on 2024-04-05``.

    Results of trials carry no day of their own, so that those of a day are not known.
    """
    told = []
    for name, said in NARROWED.items():
        value = answer.query.get(name)
        if not value or (name == "disease" and answer.command == "indication"):
            continue  # the title of what is approved for a disease names it
        if name == "as_of" and answer.command in ("compare", "report"):
            told.append(f"labels as they stood on {value}, results as known today")
            continue
        if name == "disease":
            value = catalog.disease_name(value, value)
        told.append(f"{said} {', '.join(value) if isinstance(value, list) else value}")
    return "; ".join(told)


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


def _write_structured(catalog: Catalog, answer: Answer, format: Format, out: IO[str]) -> None:
    from cartref.render.plain import cited

    results, more = answer.results(), answer.more()
    if format is Format.JSON:
        sources = catalog.find_sources(cited([results, more]), answer.products)
        _write_json(_envelope(catalog, answer, results, more, dict(sources)), out)
        return
    if not results:
        _write_json(_envelope(catalog, answer, [], more, {}), out, line=True)
    for result in results:
        sources = catalog.find_sources(cited(result), answer.products)
        _write_json(_envelope(catalog, answer, [result], {}, dict(sources)), out, line=True)


def _write_json(value: Any, out: IO[str], *, line: bool = False) -> None:
    """Write JSON: indented for a person's eyes, else on one line."""
    from cartref.render.plain import to_json

    out.write(to_json(value, None if line or not out.isatty() else 2))
    out.write("\n")
