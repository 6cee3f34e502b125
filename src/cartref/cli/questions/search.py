"""The question what mentions something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cartref.cli.questions.filters import Filters
from cartref.cli.questions.hits import hit
from cartref.errors import NotFoundError, UsageError
from cartref.model.match import Match
from cartref.names import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartref.catalog import Catalog
    from cartref.cli.answer import Answer

# How much a word counts where it is found: in a name, in a short text, in a long one.
NAME, SHORT, LONG = 8, 3, 1
WHOLE_NAME = 40
BROKEN = 0.5  # a word of which only the beginning was given
LONG_TEXT = 60
NAMES = (
    "id", "inn", "short_name", "names", "text", "name", "abbreviation", "synonyms", "aliases",
    "nct", "term", "code", "title", "endpoint",
)  # fmt: skip
# What a reader looks for first, where hits are equal.
ORDER = (
    "products", "terms", "diseases", "adverse_events", "trials", "indications", "pending",
    "pathway", "regulatory_events", "boxed_warnings", "warnings", "monitoring", "doses",
    "lymphodepletion", "logistics", "outcomes", "adverse_reactions", "codes", "sources",
)  # fmt: skip


def hits(catalog: Catalog, answer: Answer, text: str, exact: bool) -> None:
    """Fill in the records that hold all words, the best first."""
    from cartref.export import lists
    from cartref.render import search as render

    wanted = words(text)
    if not wanted:
        raise UsageError("the text is empty: give a word, such as tocilizumab")
    kept = Filters.of(catalog, answer.query, exact=exact)
    answer.query.update(kept.query())
    only = answer.query["list"]
    if only is not None and only not in ORDER:
        raise UsageError(f"--list: no list '{only}'; there are {', '.join(ORDER)}")
    found: list[tuple[float, int, str, str, Any]] = []
    for name, records in lists(catalog).items():
        if only not in (None, name):
            continue
        for item in records:
            own = item.id if name == "products" else getattr(item, "product", None)
            if kept.product is not None and own != kept.product:
                continue
            score = _score(item, wanted)
            if score:
                found.append((-score, ORDER.index(name), item.id, name, item))
    if not found:
        raise NotFoundError(
            f"nothing mentions '{text}'; fewer or shorter words may find more",
            Match(input=text, kind="none"),
        )
    found.sort(key=lambda one: one[:3])
    best = [hit(catalog, name, item) for *_, name, item in found[: answer.query["limit"]]]
    if len(found) > len(best):
        answer.notices.append(
            f"The best {len(best)} of {len(found)} hits; --limit {len(found)} shows all."
        )
    answer.results = lambda: list(best)
    answer.rows = lambda: render.rows(best)
    answer.blocks = lambda: render.listing(best)


def _score(item: Any, wanted: Sequence[str]) -> float:
    """How well a record holds all words; 0 if it lacks one."""
    best = dict.fromkeys(wanted, 0.0)
    whole = 0
    for key, text in _texts(item):
        have = words(text)
        weight = NAME if key in NAMES else SHORT if len(text) <= LONG_TEXT else LONG
        if key in NAMES and have == list(wanted):
            whole = WHOLE_NAME
        for word in wanted:
            if word in have:
                best[word] = max(best[word], weight)
            elif any(other.startswith(word) for other in have):
                best[word] = max(best[word], weight * BROKEN)
    return sum(best.values()) + whole if all(best.values()) else 0


def _texts(item: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record with the name of its field; nested records are entered."""
    if isinstance(item, str):
        yield key, item
    elif isinstance(item, tuple):
        for part in item:
            yield from _texts(part, key)
    elif hasattr(item, "__slots__"):
        for name in item.__slots__:
            if name != "sources":
                yield from _texts(getattr(item, name), name)
