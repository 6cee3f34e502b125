"""What a name that is not written like one of ours may still mean.

A text is brought to its letters and digits, then read as names among words that say nothing
about which record is meant (doses, forms, makers), then compared letter by letter. Each step
would rather refuse than guess.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from cartref.model.match import Match
from cartref.spelling import fold, plain, spelled, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartref.names import Index

Owners = dict[str, str]  # id of a record to the name of it that matched

LONGEST_TEXT: Final = 500  # signs; nobody names a product with more
# Words around a product's name in orders, claims, labels and registries that do not say which
# product it is.
_AROUND_PRODUCTS: Final = frozenset(
    """
    a an the of for in with by via to up and or per as is suspension suspensions susp
    suspn infusion infusions inf infus intravenous iv ivpb injection injections
    injectable inj bag bags vial vials cryobag cassette single dose doses dispersion kit
    solution sol soln frozen cryopreserved kg target body weight cell cells product car
    t cart directed targeted chimeric antigen receptor genetically modified
    autologous gene therapy immunotherapy treatment viable positive cd3 cd4 cd8
    transduced component components brand name drug medicine medication tm r rx dmso
    hcpcs ndc unii rxnorm rxcui atc drugbank code eu us usa uk inc ltd corp pharma bms
    jnj j bluebird 注射液
    """.split()
)
# Words around a disease's name that do not say which disease it is: line, state, patients.
_AROUND_DISEASES: Final = frozenset(
    map(
        spelled,
        """
    a an the of in with after and or for to patient patients diagnosis dx relapsed
    relapsing relapse refractory recurrent rr r rel ref progressive progressed triple
    double penta class exposed previously treated pretreated heavily untreated newly
    diagnosed nd advanced line lines prior therapy therapies least two three four more
    stage i ii iii iv 1l 2l 3l 4l 5l 1st 2nd 3rd 4th 5th first second third fourth fifth
    later unspecified
    """.split(),
    )
)
_AROUND_EVENTS: Final = frozenset(
    """
    a an the of and or grade grades severe any all gr gr1 gr2 gr3 gr4 gr5
    g1 g2 g3 g4 g5 1 2 3 4 5 higher greater more
    """.split()
)
_AROUND: Final = {
    "product": _AROUND_PRODUCTS,
    "disease": _AROUND_DISEASES,
    "event": _AROUND_EVENTS,
    "trial": frozenset(["a", "the", "trial", "trials", "study"]),
}
# Short names that mean something else among other words: radiotherapy, glucocorticoids, lymph
# nodes, milligrams.
_ALONE: Final = frozenset({"rt", "gc", "ln", "mg"})
# A short name among other words must stand in capitals, and all must stand behind these.
_SHORT_NAME: Final = 3
_BEFORE_ALL: Final = frozenset({"r", "rr", "relapsed", "refractory"})
_DOSE: Final = r"""(?xi)
    # 2x10^8, 0.2-5 x 10^6, 1.2E6
    (?<!\w) (?:\d[\d.,]*\s*(?:-|to)\s*)? \d[\d.,]*\s*
        (?: [x*\u00d7]\s*10\s*(?:\^|exp|e|\*\*)?\s*\d* | e\+?\d+ (?!\w) ) (?:\s*/\s*kg)?
    | (?<!\w) 10\s*\^\s*\d+
    # 68 mL, 1 bag; a number behind a slash or hyphen may belong to a code, as in AUTO1/22
    | (?<![\w/.-]) \d[\d.,]*\s*
        (?:million|mln|m?l|mg|kg|g|ea|each|(?:infusion\s)?bags?|vials?|doses?|units?) \b
"""
# What the receptor is directed against, which several products share, as one word.
_TARGET: Final = r"(?i)\b(anti)?[- ]?(cd19|cd22|bcma|(?:cldn|claudin) ?18)(?:\.(?=2))?"
# The endings that INNs and short names share: they say that it is a cell product, not which.
_ENDING: Final = r"(.+?)((?:cabtagene)?(?:[a-z]{2,6}leucel)?|cel)"
# Words near one of our names that mean something else: other therapies (tab-cel, eli-cel, exa-cel,
# lovo-cel, reni-cel, vispa-cel), Ide-Cet, which is butalbital with paracetamol, Allo-cel, which is
# said of allogeneic cells, firms and names of people. What is as near to them is not ours.
_OTHERS: Final = frozenset(
    """
    tabcel elicel exacel lovocel renicel vispacel temcel idecet allocel
    hicare artemis cathedral contusion transforms
    """.split()
)
_SHARED_ENDINGS: Final = ("cel", "cabtagene")
_SHORTEST_STEM: Final = 4
_DESCRIPTION: Final = 5  # words; what has more describes a product
FURTHEST: Final = 2  # edits that a product's name may lie away
_LONG: Final = 9
_LONG_ENDING: Final = 9
_SOUNDS: Final = str.maketrans("ykqz", "iccs")
_SHORTEST_WORD: Final = 6
_SHORTEST_ALONE: Final = 8  # of a word that is a whole name: aphagia is no aphasia
_CAPITALS: Final = 3
_SHORTEST_BEGINNING: Final = {"product": 7, "trial": 5}


def match(index: Index, text: str, *, exact: bool) -> Match:
    """Find what a text means that is not one of the names, letter for letter.

    Args:
        index: the names of one kind of record
        text: the name as typed
        exact: whether typing errors are refused too
    """
    key = index.key(text) if len(text) <= LONGEST_TEXT else ""
    if not key:
        return Match(input=text, kind="none")
    # What was folded already is not folded again: two words may make a third where they meet.
    owners = index.folded.get(key) or (text.isalnum() and index.folded.get(text)) or {}
    if owners := _parted(text, owners):
        return index.answer(text, "normalised", owners)
    if owners := _parted(text, index.codes.get(key, {})):
        return index.answer(text, "code", owners)
    return _read(index, text, exact=exact)


def _read(index: Index, text: str, *, exact: bool) -> Match:
    """Find the names that a text holds among other words, and what it may say with an error."""
    named: Owners = {}
    rest: list[str] = []
    readings = _readings(index, text)
    for reading in readings:
        named, rest = _mentioned(index, reading)
        beside = rest if index.kind == "product" else [w for w in readings[0] if w in index.around]
        if len(named) > 1 or (named and _says_no_more(index, text, named, [*rest, *beside])):
            return index.answer(text, "normalised", named)
    if exact:
        return Match(input=text, kind="none")
    # Words that other words part are not compared as one: hd cd19 cara-t is no Hicara.
    for reading in dict.fromkeys((readings[0], _trimmed(index, readings[-1]))):
        found, distance = _forgiven(index, reading)
        if found:
            return index.answer(text, "fuzzy", found, distance)
    if not named:
        return Match(input=text, kind="none")
    # The name stands twice, once with an error: Yescarrta (axicabtagene ciloleucel).
    found, distance = _forgiven(index, _trimmed(index, rest))
    return index.answer(text, "fuzzy", {**found, **named} if found else {}, distance)


def _says_no_more(index: Index, text: str, named: Owners, rest: Sequence[str]) -> bool:
    """Whether the words beside the name of one record leave it as it is.

    What a product is directed against may be said of that product: AUTO1 anti-CD22 is another.
    """
    owner, name = next(iter(named.items()))
    if not index.around.union(index.targets.get(owner, ())).issuperset(rest):
        return False
    key = index.key(name)
    if not rest or index.kind == "product" or len(key) > _SHORT_NAME:
        return True
    if key == "all":
        return _BEFORE_ALL.issuperset(rest) and text.rstrip().endswith("ALL")
    return key not in _ALONE and name.upper() in text


def _trimmed(index: Index, have: Sequence[str]) -> tuple[str, ...]:
    """The words without those at both ends that say nothing."""
    first, end = 0, len(have)
    while first < end and have[first] in index.around:
        first += 1
    while end > first and have[end - 1] in index.around:
        end -= 1
    return tuple(have[first:end])


def target_words(target: str) -> frozenset[str]:
    """What may be said of the target of a product, as the words that its name is read with."""
    found = {fold(part) for part in re.split(r"[^\w.]+", target)}
    found |= {word.replace("claudin", "cldn") for word in found}
    return frozenset(found | {f"anti{word}" for word in found})


def around(kind: str, makers: Sequence[str]) -> frozenset[str]:
    """The words that may stand beside a name of this kind of record.

    Args:
        kind: the kind of record
        makers: who develops the products, in prose; the words with a capital are their names
    """
    names = {
        fold(word)
        for maker in makers
        for word in re.findall(r"[^\W\d_]+", maker)
        if not word.islower()
    }
    return _AROUND.get(kind, frozenset()) | names


# ---- names among other words


def _readings(index: Index, text: str) -> list[tuple[str, ...]]:
    """The folded words of a text: all, and those of them that may name something.

    Of what names products doses are taken out. The words of a disease may stand on both sides of
    others, as in adult r/r B-ALL, so that all that say nothing are taken out.
    """
    if index.kind != "product":
        whole = tuple(index.words(text))
        return [whole, tuple(word for word in whole if word not in index.around)]
    if not text.isascii():
        text = plain(text).replace("注射液", " 注射液 ")
    if not any(map(str.isdigit, text)) and "anti" not in text.casefold():
        return [tuple(words(text))]
    text = re.sub(_TARGET, r" \1\2", text)
    return [tuple(words(text)), tuple(words(_dose().sub(" ", text)))]


@cache
def _dose() -> re.Pattern[str]:
    """The pattern of doses; compiling it takes 3 ms, which an exact name need not wait for."""
    return re.compile(_DOSE)


def _parted(text: str, owners: Owners) -> Owners:
    """The owners of whose names no number is parted in the text: ZUMA 1/2 is no ZUMA-12."""
    if not owners or not re.search(r"\d[\W_]+\d", text):
        return owners
    ends = _ends_of_numbers(text)
    return {owner: name for owner, name in owners.items() if ends <= _ends_of_numbers(name)}


def _ends_of_numbers(text: str) -> set[int]:
    """After how many digits of a text something else stands."""
    text = plain(text)
    return {sum(map(str.isdigit, text[: found.end()])) for found in re.finditer(r"\d+", text)}


def _ends_in_an_article(have: Sequence[str], place: int, stop: int) -> bool:
    """Whether an article among other words would be read as the end of a code: IMN-003 a vial."""
    return stop - place > 1 and stop < len(have) and have[stop - 1] == "a"


def _mentioned(index: Index, have: Sequence[str]) -> tuple[Owners, list[str]]:
    """The records that runs of whole words name, the longest runs first, and the words left."""
    named: Owners = {}
    rest: list[str] = []
    place, end = 0, len(have)
    folded, codes, starts = index.folded, index.codes, index.starts
    while place < end:
        longest = starts.get(have[place][:2], 0)
        for stop in range(min(end, place + longest), place, -1):
            run = "".join(have[place:stop])
            owners = folded.get(run) or codes.get(run) or {}
            owners = _parted(" ".join(have[place:stop]), owners)
            if owners and not _ends_in_an_article(have, place, stop):
                named = {**owners, **named}
                place = stop
                break
        else:
            rest.append(have[place])
            place += 1
    return named, rest


# ---- typing errors


def _forgiven(index: Index, have: Sequence[str]) -> tuple[Owners, int]:
    """The records that these words mean if a typing error is forgiven, and the distance."""
    if not have:
        return {}, 0
    forgive = _forgive_whole if index.kind == "product" else _forgive_words
    found, distance = forgive(index, have)
    return (found, distance) if found else _by_beginning(index, have)


def _forgive_whole(index: Index, have: Sequence[str]) -> tuple[Owners, int]:
    """The product that a typing error away has this name, and the distance.

    A product that is as near as the best, though its own rule would forgive nothing, makes the
    name ambiguous: a name one letter from axi-cel and one letter from tali-cel may mean either.
    """
    wanted = "".join(have)
    if not wanted.isascii():
        return {}, 0
    if len(have) < _DESCRIPTION and min(map(len, have)) == 1:
        return {}, 0  # a letter by itself may tell products apart: Kymriah B
    if shortened := index.stems.get(wanted):
        return shortened, 1
    near = index.nearness.near(wanted)
    allowed = [away for key, away in near if _forgives(index, wanted, key, away)]
    if not allowed:
        return {}, 0
    from rapidfuzz.distance import OSA

    least = min(allowed)
    if any(OSA.distance(wanted, other, score_cutoff=least) <= least for other in _OTHERS):
        return {}, 0
    # In a long name a second error is likely enough to count those that are one edit further.
    reach = least + (len(wanted) >= _LONG)
    found = {
        owner: name
        for key, away in reversed(near)
        if away <= reach
        for owner, name in index.folded[key].items()
    }
    return found | _rivals(index, wanted, found), least


def _rivals(index: Index, wanted: str, found: Owners) -> Owners:
    """The owners of stems as near as those found: gema-cel may mean gemagenlecleucel.

    Behind an ending that few products have, only a stem that is right to the letter counts.
    """
    stem, ending = split(wanted)
    near = index.near_stems.near(stem)
    own = [away for other, away in near if not found.keys().isdisjoint(index.stems[other])]
    reach = min(own, default=1) if ending in _SHARED_ENDINGS else 0
    return {
        owner: name
        for stem, away in near
        if away <= reach
        for owner, name in index.stems[stem].items()
        if owner not in found
    }


def _forgives(index: Index, wanted: str, key: str, away: int) -> bool:
    """Whether a folded name is near enough to another to be a typing error of it.

    A development code forgives nothing: one sign tells KTE-C19 from KTE-X19. In other names
    with digits the digits must agree. The endings that products share count for little, else
    they would make strangers alike: the own part of a name, the stem, allows one edit. A stem
    of three letters, such as ide or axi, allows it in an INN, else only as a letter too many or
    behind the stem. Two edits are forgiven if the names sound alike or one of them lies in the
    long ending of an INN.
    """
    if key in index.strict:
        return False
    if not (wanted.isalpha() and key.isalpha()) and _digits(wanted) != _digits(key):
        return False
    stem, ending = split(key)
    if away <= 1 and (
        len(stem) >= _SHORTEST_STEM
        or len(ending) >= _LONG_ENDING
        or len(wanted) > len(key)
        or wanted.startswith(key[: len(stem) + 1])
    ):
        return True
    return _sound(wanted) == _sound(key) or _errs_in_ending(wanted, stem, ending)


def _sound(key: str) -> str:
    """A folded name with one sign for those that sound alike: Carvicti is heard as Carvykti."""
    return key.replace("ph", "f").translate(_SOUNDS)


def _errs_in_ending(wanted: str, stem: str, ending: str) -> bool:
    """Whether one of two edits lies in the long ending of an INN, which products share."""
    from rapidfuzz.distance import OSA

    if len(ending) < _LONG_ENDING:
        return False
    limit = 1 if len(stem) >= _SHORTEST_STEM else 0
    return any(
        OSA.distance(wanted[:cut], stem) <= limit
        and OSA.distance(wanted[:cut], stem) + OSA.distance(wanted[cut:], ending) <= FURTHEST
        for cut in range(len(stem) - limit, len(stem) + limit + 1)
    )


def _digits(key: str) -> str:
    return "".join(filter(str.isdigit, key))


def split(key: str) -> tuple[str, str]:
    """The stem of a folded name, and the ending that it shares with other products."""
    matched = re.fullmatch(_ENDING, key)
    return (matched[1], matched[2] or "") if matched else (key, "")


def stems(folded: dict[str, Owners]) -> dict[str, Owners]:
    """The owners of each stem that is long enough to stand without its ending."""
    found: dict[str, Owners] = {}
    for key, owners in folded.items():
        if key.isascii() and key.isalpha():
            stem, ending = split(key)
            if ending and len(stem) >= _SHORTEST_STEM:
                found.setdefault(stem, {}).update(owners)
    return found


def beginnings(index: Index) -> dict[str, Owners]:
    """The owners of each beginning that is long enough to stand for a name.

    A product's name must be a single word of letters: what several words say, such as
    autologous cells, may be true of many. Of a trial's name it must be whole words, the first of
    them an acronym: TRANSCEND, but neither Mayo Clinic nor ZUMA-3 phase.
    """
    found: dict[str, Owners] = {}
    shortest = _SHORTEST_BEGINNING.get(index.kind)
    if shortest is None:
        return found
    for name, owner in index.names:
        have = words(name)
        if index.kind == "trial":
            acronym = re.match(r"[A-Za-z]+", name)
            told = acronym and sum(map(str.isupper, acronym[0])) >= _CAPITALS
            parts = [" ".join(have[:count]) for count in range(1, len(have)) if told]
            parts = [part for part in parts if len(have[0]) >= shortest]
            parts = [part for part in parts if not part.endswith(("phase", "cohort", "and"))]
        else:
            word = have[0] if len(have) == 1 and have[0].isalpha() else ""
            parts = [word[:length] for length in range(shortest, len(word))]
        for part in parts:
            found.setdefault(part, {}).setdefault(owner, name)
    return found


def _by_beginning(index: Index, have: Sequence[str]) -> tuple[Owners, int]:
    """The records of which a name begins with these words."""
    found = index.beginnings.get(" ".join(have), {})
    length = min((len(fold(name)) for name in found.values()), default=0)
    return found, length - len("".join(have)) if found else 0


def _forgive_words(index: Index, have: Sequence[str]) -> tuple[Owners, int]:
    """The record of which a name differs by one letter in one long word.

    Only long words may differ, and not in their first letter: a single letter tells B-cell from
    T-cell, two tell hypokalaemia from hypocalcaemia.
    """
    if len(have) == 1 and (len(have[0]) < _SHORTEST_ALONE or have[0] in _OTHERS):
        return {}, 0
    near = index.nearness.near("".join(have))
    owners = [named for key, _ in near for named in index.folded[key].items()]
    if not any(_one_long_word_differs(have, index.words(name)) for _, name in owners):
        return {}, 0
    return dict(owners), 1  # a record as near, though its own words are short, is a rival


def _one_long_word_differs(wanted: Sequence[str], have: Sequence[str]) -> bool:
    if len(have) != len(wanted):
        return False
    differing = [(a, b) for a, b in zip(wanted, have, strict=True) if a != b]
    if len(differing) != 1:
        return False
    one, other = differing[0]
    long_enough = min(len(one), len(other)) >= _SHORTEST_WORD
    return long_enough and one[0] == other[0] and one.isalpha() and other.isalpha()
