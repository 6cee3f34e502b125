"""Names to records: what a reader typed, resolved or refused.

A name resolves in this order, and the match says how: ``exact`` (the id), ``alias`` (another
name of the record), ``normalised`` (the same once case, spaces and punctuation are gone),
``code``, ``normalised`` again (a name among words that do not say which record is meant) and
``fuzzy`` (a typing error). A text that names two records is ``ambiguous``, any other ``none``.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from cartref.errors import AmbiguousError, NotFoundError, UsageError
from cartref.model.match import Match
from cartref.spelling import fold, fold_spelled, spelled_words, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cartref.catalog import Catalog
    from cartref.model.product import Product
    from cartref.model.reference import AdverseEvent, Disease
    from cartref.model.vocabulary import MatchKind, ProductStatus
    from cartref.nearness import Nearness

Answer = TypeVar("Answer")
Kind = Literal["product", "disease", "event", "trial", "term", "source", "therapy"]

NOUNS: dict[Kind, str] = {
    "product": "product",
    "disease": "disease",
    "event": "adverse event",
    "trial": "trial",
    "term": "term",
    "source": "source",
    "therapy": "therapy",
}
EXAMPLES: dict[Kind, str] = {
    "product": "cilta-cel",
    "disease": "DLBCL",
    "event": "CRS",
    "trial": "ZUMA-7",
    "term": "leukapheresis",
    "source": "its id",
    "therapy": "bortezomib",
}
COMMANDS: dict[Kind, str] = {
    "product": "product",
    "disease": "indication",
    "event": "side-effects",
    "trial": "trial",
    "term": "explain",
    "source": "source",
    "therapy": "eligibility --prior",
}
# The kinds whose names a refused name is looked for in: the titles of sources are too many.
_HINTING: tuple[Kind, ...] = ("product", "disease", "event", "trial", "term")

_SUSPENSION = "注射液"  # the form, with which Chinese generic names end
_DESCRIPTION = 30  # signs; what is longer describes a product in words
_SUGGESTIONS = 3
_LIKENESS = 60
_KEPT = 65_536  # answers that resolving many names remembers: about 20 MB at most


class Index:
    """The names of one kind of record, ready to be asked.

    What a name that is typed right does not need is made when it is first wanted.

    Args:
        kind: the kind of record
        names: pairs of a name and the id of its record; the id itself is one of the names
        codes: gives pairs of a code and the id of its record; asked only if no name matches
        strict: the names in which no typing error is forgiven
        makers: who develops the products, in prose
        targets: what each product is directed against
        statuses: whether each product is approved or investigational
    """

    def __init__(
        self,
        kind: Kind,
        names: Iterable[tuple[str, str]],
        codes: Callable[[], Iterable[tuple[str, str]]] = tuple,
        strict: Iterable[str] = (),
        makers: Sequence[str] = (),
        targets: Mapping[str, str] | None = None,
        statuses: Mapping[str, ProductStatus] | None = None,
    ) -> None:
        self.kind: Kind = kind
        self.names = list(names)
        plain = kind in ("product", "source")
        self.key: Callable[[str], str] = fold if plain else fold_spelled
        self.words: Callable[[str], list[str]] = words if plain else spelled_words
        self._codes = codes
        self._strict = strict
        self._makers = makers
        self._targets = targets or {}
        self._statuses = statuses or {}
        self.spelled: dict[str, dict[str, str]] = {}
        for name, owner in self.names:
            self.spelled.setdefault(name.casefold(), {}).setdefault(owner, name)

    def match(self, text: str, *, exact: bool = False) -> Match:
        """Find what a name means; never raises.

        Args:
            text: the name as typed
            exact: whether typing errors are refused too
        """
        wanted = text.strip().casefold()
        owners = self.spelled.get(wanted)
        if owners is None:
            from cartref import matching

            return matching.match(self, text, exact=exact)
        if wanted in owners:
            return self.answer(text, "exact", {wanted: wanted})
        return self.answer(text, "alias", owners)

    def answer(
        self, text: str, kind: MatchKind, owners: Mapping[str, str], distance: int = 0
    ) -> Match:
        """The match of a text with one record, with several, or with none.

        Args:
            text: the name as typed
            kind: how it matched, if one record has it
            owners: the ids of the records, each with the name that matched
            distance: number of edits between the two names
        """
        if not owners:
            return Match(input=text, kind="none")
        if len(owners) > 1:
            return Match(input=text, kind="ambiguous", alternatives=tuple(sorted(owners)))
        owner, name = next(iter(owners.items()))
        return Match(
            input=text,
            kind=kind,
            id=owner,
            matched=name,
            distance=distance,
            status=self._statuses.get(owner),
        )

    @cached_property
    def folded(self) -> dict[str, dict[str, str]]:
        """The owners of each folded name, with the name as it is written."""
        return self._by_key(self.names)

    @cached_property
    def codes(self) -> dict[str, dict[str, str]]:
        """The owners of each folded code, with the code as it is written."""
        return self._by_key(self._codes())

    def _by_key(self, names: Iterable[tuple[str, str]]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, owner in names:
            found.setdefault(self.key(name), {}).setdefault(owner, name)
        return found

    @cached_property
    def strict(self) -> frozenset[str]:
        """The folded names in which no typing error is forgiven."""
        return frozenset(map(fold, self._strict))

    @cached_property
    def nearness(self) -> Nearness:
        """The folded names that a typing error may have been made in, by how near they are."""
        from cartref import matching
        from cartref.nearness import Nearness

        edits = matching.FURTHEST if self.kind == "product" else 1
        return Nearness([key for key in self.folded if key.isascii()], edits)

    @cached_property
    def starts(self) -> dict[str, int]:
        """How many words a name or code has at most that begins with this sign, or these two."""
        found: dict[str, int] = {}
        written = [name for name, _ in self.names]
        written += [code for owners in self.codes.values() for code in owners.values()]
        for name in written:
            have = self.words(name)
            for start in (have[0][:1], have[0][:2]) if have else ():
                found[start] = max(found.get(start, 0), len(have))
        return found

    @cached_property
    def stems(self) -> dict[str, dict[str, str]]:
        """The owners of each stem of a product's name that may stand without its ending."""
        from cartref import matching

        return matching.stems(self.folded)

    @cached_property
    def near_stems(self) -> Nearness:
        """The stems by how near they are."""
        from cartref.nearness import Nearness

        return Nearness(list(self.stems), 1)

    @cached_property
    def beginnings(self) -> dict[str, dict[str, str]]:
        """The owners of each beginning that may stand for a name."""
        from cartref import matching

        return matching.beginnings(self)

    @cached_property
    def around(self) -> frozenset[str]:
        """The folded words that may stand beside a name and mean nothing."""
        from cartref import matching

        return matching.around(self.kind, self._makers)

    @cached_property
    def targets(self) -> dict[str, frozenset[str]]:
        """The words for the target of each product."""
        from cartref import matching

        return {owner: matching.target_words(text) for owner, text in self._targets.items()}


def index_of(catalog: Catalog, kind: Kind) -> Index:
    """The index of one kind of record, made once; reads the one file that holds its names."""
    if kind not in catalog.indexes:
        catalog.indexes[kind] = _made(catalog, kind)
    return catalog.indexes[kind]


def _made(catalog: Catalog, kind: Kind) -> Index:
    """The index of one kind of record, made anew."""
    if kind == "product":
        products = catalog.products.values()
        return Index(
            kind,
            _product_names(catalog),
            lambda: _own_codes(catalog),
            _unforgiving(products),
            [product.developer or "" for product in products],
            {product.id: product.construct.target or "" for product in products},
            {product.id: product.status for product in products},
        )
    where, fields = _NAMED[kind]
    records = getattr(catalog, where).values()
    names = ((name, item.id) for item in records for name in _names_of(item, fields))
    return Index(kind, names, lambda: _classified(records) if kind in ("disease", "event") else ())


# Where the records of a kind are found, and the fields that hold their names beside the id.
_NAMED: dict[Kind, tuple[str, tuple[str, ...]]] = {
    "disease": ("diseases", ("name", "abbreviation", "synonyms")),
    "event": ("adverse_events", ("name", "abbreviation", "synonyms")),
    "trial": ("trials", ("name", "aliases", "nct")),
    "term": ("terms", ("term", "abbreviation", "synonyms")),
    "source": ("sources", ("url",)),
    "therapy": ("therapies", ("name", "synonyms")),
}


def _names_of(item: Any, fields: Iterable[str]) -> Iterator[str]:
    """The id of a record, and the names in these fields of it that are known."""
    yield item.id
    for field in fields:
        value = getattr(item, field)
        yield from (value,) if isinstance(value, str) else value or ()


def _classified(records: Iterable[Disease | AdverseEvent]) -> Iterable[tuple[str, str]]:
    """The codes of diseases or adverse events, alone and behind the name of their system.

    A code of the NCI Thesaurus needs that name: without it, it may be one of ICD-10 whose dot
    was left out. So does one of OncoTree: LBL, its large B-cell lymphoma, is lymphoblastic
    lymphoma to most.
    """
    for item in records:
        for code in item.codes:
            yield f"{code.system} {code.code}", item.id
            if code.system not in ("NCIt", "OncoTree"):
                yield code.code, item.id


def _unforgiving(products: Iterable[Product]) -> Iterable[str]:
    """The names in which one sign tells products apart: development codes and the like."""
    for product in products:
        for name in product.names:
            coded = any(map(str.isdigit, name.text)) and len(name.text) < _DESCRIPTION
            if name.kind == "development-code" or (coded and name.kind != "brand"):
                yield name.text
        if any(map(str.isdigit, product.id)):
            yield product.id


def _product_names(catalog: Catalog) -> Iterable[tuple[str, str]]:
    for product in catalog.products.values():
        yield product.id, product.id
        for name in product.names:
            yield name.text, product.id
            if name.text.endswith(_SUSPENSION):
                yield name.text.removesuffix(_SUSPENSION), product.id
        # The first word of an INN is the product's own; only the second is shared.
        for word in (product.inn or "").split()[:1]:
            yield word, product.id


def _own_codes(catalog: Catalog) -> Iterable[tuple[str, str]]:
    """The codes that name one product alone."""
    for code in catalog.codes:
        if code.product is not None and not code.shared:
            yield code.code, code.product
            if code.system == "NDC":
                # Claims write all eleven digits: 71287-0119-01 for 71287-119-01.
                maker, *rest = code.code.split("-")
                number = [part.zfill(4) for part in rest[:1]]
                yield "-".join([maker.zfill(5), *number, *rest[1:]]), code.product


def resolve(catalog: Catalog, kind: Kind, text: str, *, exact: bool = False) -> Match:
    """Find the one record that a name means, or refuse.

    Args:
        catalog: the dataset
        kind: what sort of record
        text: the name as typed
        exact: whether typing errors are refused too

    Returns:
        the match, with ``id`` set

    Raises:
        UsageError: the name holds no letter or digit
        NotFoundError: no record has this name; ``match`` on the error holds suggestions
        AmbiguousError: several records have it; ``match`` on the error names them
    """
    _demand_letters(kind, text)
    match = index_of(catalog, kind).match(text, exact=exact)
    if match.kind == "ambiguous":
        raise _ambiguity(match)
    if match.kind == "none":
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
    _demand_letters(kinds[0], text)
    for strict in (True,) if exact else (True, False):
        several: Match | None = None
        for kind in kinds:
            match = index_of(catalog, kind).match(text, exact=strict)
            if match.id is not None:
                return kind, match
            if match.kind == "ambiguous":
                several = several or match
        if several:
            raise _ambiguity(several)
    raise _refusal(catalog, kinds, text)


def remembered(
    index: Index, shape: Callable[[Match], Answer], *, exact: bool = False
) -> Callable[[object], Answer]:
    """A function from a name to its match in some shape, which knows the last names it was asked.

    Args:
        index: the names of one kind of record
        shape: what to make of a match
        exact: whether typing errors are refused too

    Returns:
        the function; what is no text, such as a missing value, means nothing
    """
    from cartref.matching import LONGEST_TEXT

    @lru_cache(_KEPT)
    def known(text: str) -> Answer:
        return shape(index.match(text, exact=exact))

    nothing = shape(Match(input="", kind="none"))

    def told(text: object) -> Answer:
        if not isinstance(text, str):
            return nothing
        if len(text) > LONGEST_TEXT:
            return shape(index.match(text, exact=exact))
        return known(text)

    return told


def _demand_letters(kind: Kind, text: str) -> None:
    if not fold(text):
        raise UsageError(f"the {NOUNS[kind]} name is empty: give a name, such as {EXAMPLES[kind]}")


def _ambiguity(match: Match) -> AmbiguousError:
    """Say that a name could be several records."""
    several = _listed(match.alternatives)
    return AmbiguousError(f"'{match.input}' could be {several}: give one of these names", match)


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
        f"it is a name of {NOUNS[kind]} {found}: see cartref {COMMANDS[kind]}"
        for kind, index in indexes.items()
        if kind in _HINTING and kind not in kinds and (found := index.match(text, exact=True).id)
    ]
    nouns = " or ".join(NOUNS[kind] for kind in kinds)
    return NotFoundError(
        "; ".join([f"no {nouns} is named '{text}'", *hints]),
        Match(input=text, kind="none", alternatives=tuple(near)),
    )


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids)


def _nearest(index: Index, text: str) -> list[str]:
    """The ids of the records with the likest names: suggestions, never answers.

    Names that hold every word come first, the shortest of them ahead; then those spelled alike.
    """
    from rapidfuzz import process
    from rapidfuzz.fuzz import ratio

    wanted = set(words(text))
    holding = [named for named in index.names if wanted and wanted <= set(words(named[0]))]
    ranked = process.extract(
        index.key(text),
        list(index.folded),
        scorer=ratio,
        limit=4 * _SUGGESTIONS,
        score_cutoff=_LIKENESS,
    )
    owners = [owner for _, owner in sorted(holding, key=lambda named: len(named[0]))]
    owners += [owner for key, _, _ in ranked for owner in index.folded[key]]
    return list(dict.fromkeys(owners))[:_SUGGESTIONS]
