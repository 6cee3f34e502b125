"""Names to records: what a reader typed, folded, compared and resolved, or refused.

A name resolves in this order, and the match says how: ``exact`` (the id), ``alias`` (another
name of the record), ``code``, ``normalised`` (the same once case, spaces, punctuation and dose
words are gone) and ``fuzzy`` (a typing error, by a rule that would rather refuse than guess).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from cartref.errors import AmbiguousError, NotFoundError, UsageError
from cartref.model.match import Match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cartref.catalog import Catalog

Kind = Literal["product", "disease", "event", "trial", "term", "source"]

NOUNS: dict[Kind, str] = {
    "product": "product",
    "disease": "disease",
    "event": "adverse event",
    "trial": "trial",
    "term": "term",
    "source": "source",
}
EXAMPLES: dict[Kind, str] = {
    "product": "cilta-cel",
    "disease": "DLBCL",
    "event": "CRS",
    "trial": "ZUMA-7",
    "term": "leukapheresis",
    "source": "its id",
}
COMMANDS: dict[Kind, str] = {
    "product": "product",
    "disease": "indication",
    "event": "side-effects",
    "trial": "trial",
    "term": "explain",
    "source": "source",
}
# The kinds whose names a refused name is looked for in: the titles of sources are too many.
_HINTING: tuple[Kind, ...] = ("product", "disease", "event", "trial", "term")

# Patterns stand here as text: compiling them takes 3 ms, which an exact name need not wait for.
# Words around a product name in orders, labels and registries that say nothing about which
# product it is.
_DOSE_WORDS = r"""(?xi)\b(?:
    suspensions?|susp|infusions?|intravenous|iv|injections?|bags?|vials?|single[- ]dose|dose
  | for | cells? | dispersion | kit
  | [0-9.,]+\s*(?:[x*×]\s*10\s*\^?\s*[0-9]+|e[0-9]+|ml|mg|million)
)\b"""
# The endings that INNs and short names share: they say that it is a cell product, not which.
_ENDING = r"(.+?)((?:cabtagene)?(?:[a-z]{2,6}leucel)?|cel)"
_MARKS = str.maketrans("", "", "®™©℠")
_SHORTEST_FUZZY = 4
_FURTHEST = 2
_SHORT = 7
_SHORTEST_PREFIX = 5
_SHORTEST_WORD = 6
_SUGGESTIONS = 3
_LIKENESS = 60


def fold(text: str) -> str:
    """Bring a name to its letters and digits: compatibility forms, case and marks are gone."""
    if text.isascii():
        plain = text
    else:
        import unicodedata

        plain = unicodedata.normalize("NFKD", text.translate(_MARKS))
    return "".join(filter(str.isalnum, plain.casefold()))


def words(text: str) -> list[str]:
    """The folded words of a name."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.translate(_MARKS)).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", plain)


class Index:
    """The names of one kind of record, ready to be asked.

    Args:
        names: pairs of a name and the id of its record; the id itself is one of the names
        codes: gives pairs of a code and the id of its record; asked only if no name matches
        strict: the names in which no typing error is forgiven
    """

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        codes: Callable[[], Iterable[tuple[str, str]]] = tuple,
        strict: Iterable[str] = (),
    ) -> None:
        self.names = list(names)
        self.strict = frozenset(map(fold, strict))
        self.codes = codes
        self.spelled: dict[str, dict[str, str]] = {}
        for name, owner in self.names:
            self.spelled.setdefault(name.casefold(), {}).setdefault(owner, name)

    @cached_property
    def folded(self) -> dict[str, dict[str, str]]:
        """The owners of each folded name, with the name as it is written."""
        found: dict[str, dict[str, str]] = {}
        for name, owner in self.names:
            found.setdefault(fold(name), {}).setdefault(owner, name)
        return found

    def find(self, text: str) -> tuple[str, dict[str, str]]:
        """The kind of match and the candidates (id to matched name), without any guessing."""
        wanted = text.strip()
        owners = self.spelled.get(wanted.casefold(), {})
        if wanted.casefold() in owners:
            return "exact", {wanted.casefold(): wanted.casefold()}
        if owners:
            return "alias", owners
        key = fold(wanted)
        if key in self.folded:
            return "normalised", self.folded[key]
        coded = {owner: code for code, owner in self.codes() if fold(code) == key}
        if coded:
            return "code", coded
        bare = fold(re.sub(_DOSE_WORDS, " ", wanted))
        return "normalised", self.folded.get(bare, {})


def index_of(catalog: Catalog, kind: Kind) -> Index:
    """The index of one kind of record; reads the one file that holds its names."""
    if kind == "product":
        strict = (
            name.text
            for product in catalog.products.values()
            for name in product.names
            if name.kind == "development-code"
        )
        return Index(_product_names(catalog), lambda: _own_codes(catalog), strict)
    if kind == "trial":
        return Index(
            (name, trial.id)
            for trial in catalog.trials.values()
            for name in (trial.id, trial.name, *trial.aliases, *filter(None, [trial.nct]))
        )
    if kind == "term":
        return Index(
            (name, term.id)
            for term in catalog.terms.values()
            for name in (term.id, term.term, *filter(None, [term.abbreviation]), *term.synonyms)
        )
    if kind == "source":
        return Index(
            (name, source.id)
            for source in catalog.sources.values()
            for name in (source.id, *filter(None, [source.url]))
        )
    records = catalog.diseases if kind == "disease" else catalog.adverse_events
    return Index(
        (
            (name, item.id)
            for item in records.values()
            for name in (item.id, item.name, *filter(None, [item.abbreviation]), *item.synonyms)
        ),
        lambda: ((code.code, item.id) for item in records.values() for code in item.codes),
    )


def _product_names(catalog: Catalog) -> Iterable[tuple[str, str]]:
    for product in catalog.products.values():
        yield product.id, product.id
        for name in product.names:
            yield name.text, product.id
        # The first word of an INN is the product's own; only the second is shared.
        if product.inn:
            yield product.inn.split()[0], product.id


def _own_codes(catalog: Catalog) -> Iterable[tuple[str, str]]:
    """The codes that name one product alone."""
    for code in catalog.codes:
        if code.product is not None and not code.shared:
            yield code.code, code.product


def resolve(
    catalog: Catalog, kind: Kind, text: str, *, exact: bool = False, index: Index | None = None
) -> Match:
    """Find the one record that a name means, or refuse.

    Args:
        catalog: the dataset
        kind: what sort of record
        text: the name as typed
        exact: whether typing errors are refused too
        index: the names, if they are at hand; made anew otherwise

    Returns:
        the match, with ``id`` set

    Raises:
        UsageError: the name holds no letter or digit
        NotFoundError: no record has this name; ``match`` on the error holds suggestions
        AmbiguousError: several records have it; ``match`` on the error names them
    """
    match = _find(index or index_of(catalog, kind), kind, text, exact=exact)
    if match is None:
        raise _refusal(catalog, [kind], text)
    return match


def resolve_any(
    catalog: Catalog, kinds: Sequence[Kind], text: str, *, exact: bool = False
) -> tuple[Kind, Match]:
    """Find the one record of several kinds that a name means, or refuse.

    A name that is right to the letter for a later kind wins over a typing error of an earlier.

    Returns:
        the kind of the record, and the match

    Raises:
        UsageError, NotFoundError, AmbiguousError: as for ``resolve``
    """
    indexes: dict[Kind, Index] = {}  # made as they are needed: an index of trials reads them all
    for strict in (True,) if exact else (True, False):
        for kind in kinds:
            if kind not in indexes:
                indexes[kind] = index_of(catalog, kind)
            match = _find(indexes[kind], kind, text, exact=strict)
            if match is not None:
                return kind, match
    raise _refusal(catalog, kinds, text)


def _find(index: Index, kind: Kind, text: str, *, exact: bool) -> Match | None:
    """The match of a name with one kind of record, if there is one."""
    if not fold(text):
        raise UsageError(f"the {NOUNS[kind]} name is empty: give a name, such as {EXAMPLES[kind]}")
    how, owners = index.find(text)
    distance = 0
    if not owners and not exact:
        how = "fuzzy"
        owners, distance = _forgive(index, kind, text)
    if len(owners) == 1:
        owner, name = next(iter(owners.items()))
        return Match(input=text, kind=how, id=owner, matched=name, distance=distance)  # type: ignore[arg-type]
    if owners:
        raise AmbiguousError(
            f"'{text}' could be {_listed(sorted(owners))}: give one of these names",
            Match(input=text, kind="ambiguous", alternatives=tuple(sorted(owners))),
        )
    return None


def _refusal(catalog: Catalog, kinds: Sequence[Kind], text: str) -> NotFoundError:
    """Say that no record has a name, and what may have been meant."""
    indexes = {kind: index_of(catalog, kind) for kind in (*_HINTING, *kinds)}
    near = [owner for kind in kinds for owner in _nearest(indexes[kind], text)]
    near = list(dict.fromkeys(near))[:_SUGGESTIONS]
    hints = [f"near: {_listed(near)} (suggestions only)"] if near else []
    if "product" in kinds and any(fold(code.code) == fold(text) for code in catalog.codes):
        why = "it is a code that several products share and names none of them"
        hints = [f"{why}: see cartref search {text.strip()}"]
    hints += [
        f"it is a name of {NOUNS[kind]} {_listed(list(owners))}: see cartref {COMMANDS[kind]}"
        for kind, index in indexes.items()
        if kind in _HINTING and kind not in kinds and (owners := index.find(text)[1])
    ]
    nouns = " or ".join(NOUNS[kind] for kind in kinds)
    return NotFoundError(
        "; ".join([f"no {nouns} is named '{text}'", *hints]),
        Match(input=text, kind="none", alternatives=tuple(near)),
    )


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids)


def _forgive(index: Index, kind: Kind, text: str) -> tuple[dict[str, str], int]:
    """The records that a typing error away has this name, and the distance.

    Products are compared as a whole. All others are compared word by word, and only long words
    may differ, by one letter: a single letter tells B-cell from T-cell, two tell hypokalaemia
    from hypocalcaemia. The unique beginning of a product's or a trial's name stands for it.
    """
    found, distance = (
        _forgive_whole(index, text) if kind == "product" else _forgive_words(index, text)
    )
    if not found and kind in ("product", "trial"):
        found = _by_beginning(index, kind, text)
        length = min((len(fold(name)) for name in found.values()), default=0)
        distance = length - len(fold(text))
    return found, distance


def _forgive_whole(index: Index, text: str) -> tuple[dict[str, str], int]:
    wanted = fold(text)
    best: dict[str, str] = {}
    least = _FURTHEST + 1
    for key, owners in index.folded.items():
        if key in index.strict:
            continue
        away = _distance(wanted, key)
        if away is not None and away < least:
            best, least = dict(owners), away
        elif away == least:
            best = {**owners, **best}
    return {**_rivals(index, wanted, least), **best} if best else {}, least if best else 0


def _rivals(index: Index, wanted: str, least: int) -> dict[str, str]:
    """The records with a name that is as near, though its own rule would forgive nothing.

    A name one letter from axi-cel and one letter from tali-cel may mean either.
    """
    from rapidfuzz.distance import OSA

    return {
        owner: name
        for key, owners in index.folded.items()
        if OSA.distance(wanted, key, score_cutoff=least) <= least
        for owner, name in owners.items()
    }


def _distance(wanted: str, key: str) -> int | None:
    """How many edits lie between two folded names; none if too many, or in the wrong place.

    A name with digits is a code, where one letter tells KTE-C19 from KTE-X19: it forgives
    nothing. Nor does one in a script other than Latin: the Chinese names of products differ in
    two signs of eight. The endings that products share count for little, else they would make
    strangers alike: a name may have as many edits as its own part, the stem, allows. A stem of
    three letters, such as ide or axi, allows none, so that the edit must lie behind it.
    """
    from rapidfuzz.distance import OSA

    if not (wanted.isalpha() and key.isalpha() and wanted.isascii() and key.isascii()):
        return None
    stem, ending = _split(wanted)
    key_stem, key_ending = _split(key)
    if len(key_stem) < _SHORTEST_FUZZY:
        untouched = wanted.startswith(key[: len(key_stem) + 2])
        away = OSA.distance(wanted, key, score_cutoff=1)
        return away if untouched and away <= 1 and len(key) > _SHORTEST_WORD else None
    if stem == key_stem and not (ending and key_ending):
        return 1  # the ending was left out
    limit = _allowed(len(key_stem))
    away = OSA.distance(wanted, key, score_cutoff=limit)
    return away if away <= limit else None


def _split(key: str) -> tuple[str, str]:
    """The stem of a folded name, and the ending that it shares with other products."""
    matched = re.fullmatch(_ENDING, key)
    return (matched[1], matched[2] or "") if matched else (key, "")


def _allowed(length: int) -> int:
    """How many edits a name of this length may have."""
    return 1 if length <= _SHORT else _FURTHEST


def _by_beginning(index: Index, kind: Kind, text: str) -> dict[str, str]:
    """The records of which one name begins like this, if the beginning is long enough.

    A product's name must be a single word of letters: what several words say, such as
    autologous cells, may be true of many. A trial's name must begin with the same whole words.
    """
    wanted = fold(text)
    if len(wanted) < _SHORTEST_PREFIX:
        return {}
    if kind == "trial":
        parts = words(text)
        return {owner: name for name, owner in index.names if words(name)[: len(parts)] == parts}
    return {
        owner: name
        for name, owner in index.names
        if name.isalpha() and fold(name).startswith(wanted)
    }


def _forgive_words(index: Index, text: str) -> tuple[dict[str, str], int]:
    from rapidfuzz.distance import OSA

    wanted = words(text)
    found: dict[str, str] = {}
    for name, owner in index.names:
        have = words(name)
        if len(have) != len(wanted):
            continue
        differing = [(a, b) for a, b in zip(wanted, have, strict=True) if a != b]
        if len(differing) != 1:
            continue
        one, other = differing[0]
        if min(len(one), len(other)) < _SHORTEST_WORD or one[0] != other[0]:
            continue
        if one.isalpha() and other.isalpha() and OSA.distance(one, other) == 1:
            found.setdefault(owner, name)
    return found, 1 if found else 0


def _nearest(index: Index, text: str) -> list[str]:
    """The ids of the records with the likest names: suggestions, never answers.

    Names that hold every word come first, the shortest of them ahead; then those spelled alike.
    """
    from rapidfuzz import process
    from rapidfuzz.fuzz import ratio

    wanted = set(words(text))
    holding = [named for named in index.names if wanted and wanted <= set(words(named[0]))]
    ranked = process.extract(
        fold(text),
        list(index.folded),
        scorer=ratio,
        limit=4 * _SUGGESTIONS,
        score_cutoff=_LIKENESS,
    )
    owners = [owner for _, owner in sorted(holding, key=lambda named: len(named[0]))]
    owners += [owner for key, _, _ in ranked for owner in index.folded[key]]
    return list(dict.fromkeys(owners))[:_SUGGESTIONS]
