"""The question what mentions something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cartref.cli.questions.filters import Filters
from cartref.cli.questions.hits import hit
from cartref.errors import NotFoundError, UnresolvedError, UsageError
from cartref.model.match import Match
from cartref.model.record import fields_of, is_record
from cartref.names import NOUNS, resolve_any
from cartref.spelling import spelled, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer
    from cartref.model.answer import Hit

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

    wanted = _folded(text)
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
    best = [_shortened(one, item, wanted) for *_, one, item in found[: answer.query["limit"]]]
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


def _score(item: Any, one: Hit, wanted: Sequence[str]) -> float:
    """How well a record holds all words, in its fields or in what is told of it; 0 if not."""
    best = dict.fromkeys(wanted, 0.0)
    whole = 0
    texts = [*_texts(item), ("", one.title), ("", one.text)]
    if not _worth_reading(texts, wanted):
        return 0
    for key, text in texts:
        have = _folded(text)
        weight = NAME if key in NAMES else SHORT if len(text) <= LONG_TEXT else LONG
        if key in NAMES and have == list(wanted):
            whole = WHOLE_NAME
        for word in wanted:
            if word in have:
                best[word] = max(best[word], weight)
            elif any(other.startswith(word) for other in have):
                best[word] = max(best[word], weight * BROKEN)
    return sum(best.values()) + whole if all(best.values()) else 0


def _worth_reading(texts: Sequence[tuple[str, str]], wanted: Sequence[str]) -> bool:
    """Whether the beginnings of all words stand somewhere: a quick look before the careful one."""
    together = " ".join(text for _, text in texts)
    if not together.isascii():
        return True
    plain = together.casefold().replace("ae", "e").replace("oe", "e")
    return all(word[:QUICK] in plain for word in wanted)


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
            if name != "sources":
                yield from _texts(value, name)
