"""The question what mentions something."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from cartref.cli.questions.filters import Filters
from cartref.cli.questions.hits import hit
from cartref.errors import NotFoundError, UnresolvedError, UsageError
from cartref.model.match import Match
from cartref.model.record import fields_of, is_record
from cartref.names import NOUNS, index_of, resolve_any
from cartref.spelling import spelled, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.answer import Hit
    from cartref.names import Index

# How much a word counts where it is found: in a name, in a short text, in a long one.
NAME, SHORT, LONG = 8, 3, 1
WHOLE_NAME = 40
BROKEN = 0.5  # a word of which only the beginning was given
LONG_TEXT = 60
LONGEST = 240  # signs of a text that is shown whole
QUICK = 4  # signs of a word that British and American spelling share at its beginning
AROUND = 16  # words shown before and behind a word that was asked for
NAMES = (
    "id", "inn", "short_name", "names", "text", "name", "abbreviation", "synonyms", "aliases",
    "nct", "term", "code", "title", "endpoint",
)  # fmt: skip
# What is no text of a record; its unit stands in what is told of it.
UNREAD = ("origin", "sources", "unit")
UNREAD_IN_PARTS = ("kind", "group")  # of a name or a criterion
MOST_WORDS = 6  # of a name
# What a reader looks for first, where hits are equal.
ORDER = (
    "products", "terms", "diseases", "adverse_events", "trials", "indications", "pending",
    "pathway", "regulatory_events", "boxed_warnings", "warnings", "monitoring", "doses",
    "lymphodepletion", "logistics", "outcomes", "adverse_reactions", "codes", "therapies",
    "sources",
)  # fmt: skip


def hits(catalog: Catalog, answer: Answer, text: str, exact: bool) -> None:
    """Fill in the records that hold all words, the best first."""
    from cartref.export import lists
    from cartref.render import search as render

    wanted = _parts(catalog, answer, text)
    if not wanted:
        raise UsageError("the text is empty: give a word, such as tocilizumab")
    kept = Filters.of(catalog, answer, exact=exact)
    answer.query.update(kept.query())
    only = answer.query["list"]
    if only is not None and only not in ORDER:
        raise UsageError(f"--list: no list '{only}'; there are {', '.join(ORDER)}")
    found: list[tuple[float, int, str, Hit, Any]] = []
    for name, records in lists(catalog).items():
        if only not in (None, name):
            continue
        for item in records:
            own = item.id if name == "products" else getattr(item, "product", None)
            if kept.product is not None and own != kept.product:
                continue
            one = hit(catalog, name, item)
            score = _score(item, one, wanted)
            if score:
                found.append((-score, ORDER.index(name), item.id, one, item))
    if not found:
        raise _nothing(catalog, text, kept)
    found.sort(key=lambda one: one[:3])
    typed = [word for part in wanted for word in part.typed]
    best = [_shortened(one, item, typed) for *_, one, item in found[: answer.query["limit"]]]
    if len(found) > len(best):
        answer.notices.append(
            f"The best {len(best)} of {len(found)} hits; --limit {len(found)} shows all."
        )
    answer.results = lambda: list(best)
    answer.rows = lambda: render.rows(best)
    answer.blocks = lambda: render.listing(best)


def _nothing(catalog: Catalog, text: str, kept: Filters) -> NotFoundError:
    """Say that nothing holds the words, and what may have been meant."""
    where = f" of {kept.product}" if kept.product else ""
    hint = "fewer or shorter words may find more"
    try:
        kind, match = resolve_any(catalog, ("product", "term", "event", "disease", "trial"), text)
        hint = f"perhaps {match.matched}, a name of {NOUNS[kind]} {match.id}"
        found = Match(input=text, kind="none", alternatives=(match.found,))
    except UnresolvedError as error:
        found = Match(input=text, kind="none", alternatives=error.match.alternatives)
    return NotFoundError(f"nothing{where} mentions '{text}'; {hint}", found)


def _folded(text: str) -> list[str]:
    """The words of a text, folded and spelled in one way."""
    return [spelled(word) for word in words(text)]


class Part(NamedTuple):
    """A word that a hit must hold, or the words of a name of a product.

    Attributes:
        typed: the words as they were typed, folded
        names: every name of the product, folded, with a space around it, one of which a hit must
            hold; none for a word that is no such name
    """

    typed: tuple[str, ...]
    names: tuple[str, ...] = ()


def _parts(catalog: Catalog, answer: Answer, text: str) -> list[Part]:
    """The words of a text; those that name a product to the letter, and it alone, are one part."""
    index = index_of(catalog, "product")
    pieces = list(re.finditer(r"[^\W_]+", text))
    found: dict[Part, None] = {}
    while pieces:
        for length in range(min(MOST_WORDS, len(pieces)), 0, -1):
            given = text[pieces[0].start() : pieces[length - 1].end()]
            key = index.key(given)
            owners = index.folded.get(key) or index.codes.get(key) or {}
            if len(owners) == 1:
                [product] = owners
                answer.filter_matches.append(index.match(given, exact=True))
                found[_product(index, product, given)] = None
                break
        else:
            found.update((Part((word,)), None) for word in _folded(given))
        del pieces[:length]
    return list(found)


def _product(index: Index, product: str, given: str) -> Part:
    """The words that name a product, with all its names."""
    called = (name for name, owner in index.names if owner == product)
    names = dict.fromkeys(f" {' '.join(_folded(name))} " for name in (*called, given))
    return Part(tuple(_folded(given)), tuple(names))


def _score(item: Any, one: Hit, wanted: Sequence[Part]) -> float:
    """How well a record holds all parts, in its fields or in what is told of it; 0 if not."""
    words = [word for part in wanted for word in part.typed]
    best = dict.fromkeys(words, 0.0)
    named = dict.fromkeys(wanted, 0.0)
    whole = 0
    texts = [*_texts(item), ("", one.title), ("", one.text)]
    if not _worth_reading(texts, wanted):
        return 0
    for key, text in texts:
        have = _folded(text)
        weight = NAME if key in NAMES else SHORT if len(text) <= LONG_TEXT else LONG
        if key in NAMES and have == words:
            whole = WHOLE_NAME
        for word in best:
            if word in have:
                best[word] = max(best[word], weight)
            elif any(other.startswith(word) for other in have):
                best[word] = max(best[word], weight * BROKEN)
        for part in wanted:
            if part.names and _names(have, part):
                named[part] = max(named[part], weight)
    if all(named[part] if part.names else best[part.typed[0]] for part in wanted):
        return sum(best.values()) + sum(named.values()) + whole
    return 0


def _names(have: Sequence[str], part: Part) -> bool:
    """Whether a folded text holds a name of the product."""
    text = f" {' '.join(have)} "
    return any(name in text for name in part.names)


def _worth_reading(texts: Sequence[tuple[str, str]], wanted: Sequence[Part]) -> bool:
    """Whether the beginnings of all parts stand somewhere: a quick look before the careful one."""
    together = " ".join(text for _, text in texts)
    if not together.isascii():
        return True
    plain = together.casefold().replace("ae", "e").replace("oe", "e")
    return all(
        any(name[1 : QUICK + 1].rstrip() in plain for name in part.names or (f" {part.typed[0]}",))
        for part in wanted
    )


def _shortened(one: Hit, item: Any, wanted: Sequence[str]) -> Hit:
    """A hit with a text that shows a word that was asked for, and no more of a long one."""
    text = one.text
    if not _holds(f"{one.title} {text}", wanted):
        text = next((other for _, other in _texts(item) if _holds(other, wanted)), text)
    return replace(one, text=_excerpt(text, wanted))


def _excerpt(text: str, wanted: Sequence[str]) -> str:
    """A long text around the first word that was asked for."""
    if len(text) <= LONGEST:
        return text
    parts = text.split()
    place = next((at for at, part in enumerate(parts) if _holds(part, wanted)), 0)
    first = max(place - AROUND, 0)
    shown = " ".join(parts[first : first + 2 * AROUND])
    before = "... " if first else ""
    after = " ..." if first + 2 * AROUND < len(parts) else ""
    return f"{before}{shown}{after}"


def _holds(text: str, wanted: Sequence[str]) -> bool:
    """Whether a text holds the beginning of one of these words."""
    return any(other.startswith(word) for other in _folded(text) for word in wanted)


def _texts(item: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record with the name of its field; nested records are entered."""
    if isinstance(item, str):
        yield key, item
    elif isinstance(item, tuple):
        for part in item:
            yield from _texts(part, key)
    elif is_record(item):
        for name, value in fields_of(item).items():
            if name == "url" and value:
                yield name, value.partition("//")[2].removeprefix("www.")
            elif name not in UNREAD and not (key and name in UNREAD_IN_PARTS):
                yield from _texts(value, name)
