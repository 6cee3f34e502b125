"""How names are written: folded to what tells them apart, cut into words, spelled in one way."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_MARKER: Final = r"\b(ph|her2|cd\d+|bcma|(?:cldn|claudin)[- ]?18\.2)"
_MINUS: Final = "[-\u2212\u2010-\u2014]"
# Without one of these there is nothing to write out in a name.
_SIGNS: Final = "['\u2019./+(\u00b1\u2212\u2010-\u2014]|-(?!\\w)"
_MARKS: Final = str.maketrans("", "", "®™©℠")

# Signs that Python calls printable and nobody sees: fillers, joiners, variation selectors.
_UNSEEN: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    "\u180b\u180c\u180d\u180e\u180f"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07"
    "\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
)


def is_seen(text: str) -> bool:
    """Whether a reader sees every sign of a text, and none of them steers a terminal.

    Control, bidirectional and zero-width signs are not printable, nor are halves of a pair.
    """
    return text.isprintable() and (text.isascii() or _UNSEEN.isdisjoint(text))


def fold(text: str) -> str:
    """Bring a name to its letters and digits: compatibility forms, case and marks are gone."""
    if not text.isascii():
        text = plain(text)
    return "".join(filter(str.isalnum, text.casefold()))


def words(text: str) -> list[str]:
    """The folded words of a name."""
    if not text.isascii():
        import unicodedata

        text = "".join(char for char in plain(text) if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", text.casefold())


def plain(text: str) -> str:
    """A text in compatibility forms, without trade marks: full-width and raised signs are plain."""
    import unicodedata

    return unicodedata.normalize("NFKD", text.translate(_MARKS))


def spelled_words(text: str) -> list[str]:
    """The folded words of a name, its telling signs written out, in the spelling of ``spelled``."""
    return [spelled(word) for word in words(marked(text))]


def fold_spelled(text: str) -> str:
    """Bring a name to its letters and digits in the spelling of ``spelled``."""
    return "".join(spelled_words(text))


def marked(text: str) -> str:
    """A text in which the signs that tell diseases apart are written out.

    The dot of an ICD-10 code and the stroke of an ICD-O code: C91.40 is a hairy cell leukaemia
    in ICD-10-CM, C9140 childhood B-ALL in the NCI Thesaurus. Plus behind a marker, and
    minus at the end of a word: Ph- ALL is not Ph+ ALL. The genitive s is gone.
    """
    if not re.search(_SIGNS, text):
        return text
    text = re.sub(r"['\u2019]s\b", "", text)
    text = re.sub(r"(?i)\b([a-z]\d[\da-z])\.(?=[\da-z])", r"\1dot", text)
    text = re.sub(r"\b(\d{4})/(?=\d\b)", r"\1stroke", text)
    text = re.sub(r"\+\s*/\s*[-\u2212\u2013]|\u00b1", " plusminus ", text)
    text = re.sub(rf"(?i){_MARKER}\s*\(?\+\)?", r"\1 positive ", text)
    text = re.sub(rf"(?i){_MARKER}\s*\(?{_MINUS}\)?(?!\w)", r"\1 negative ", text)
    return re.sub(rf"\(\s*{_MINUS}\s*\)|(?<=\w){_MINUS}(?!\S)", " negative ", text)


@cache
def spelled(word: str) -> str:
    """A folded word in the one form that British and American spelling share.

    Paediatric, oedema, tumour, smouldering and -ise become pediatric, edema, tumor, smoldering
    and -ize.
    """
    plain = word.replace("ae", "e").replace("oe", "e").replace("moulder", "molder")
    plain = re.sub(r"(?<=[a-z]{3})our(?=s|$)", "or", plain)
    plain = re.sub(r"(?<=cent)re(?=s|$)", "er", plain)
    return re.sub(r"is(?=(?:e|ed|es|ing|ation|ations)$)", "iz", plain)
