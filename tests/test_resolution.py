"""Whole sets of names: generated typing errors, names of others, and what people really write."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from misspellings import distinct, double_edits, letters, single_edits

import cartref
from cartref import load, names
from cartref.errors import UsageError
from cartref.spelling import fold, marked

if TYPE_CHECKING:
    from collections.abc import Callable

CATALOG = load()
KINDS: tuple[names.Kind, ...] = ("product", "disease", "event", "trial", "term")
INDEXES = {kind: names.index_of(CATALOG, kind) for kind in KINDS}
PRODUCTS = INDEXES["product"]
HERE = os.path.join(os.path.dirname(__file__), "names")
NAMES = [
    (name, owner)
    for name, owner in distinct(PRODUCTS.names)
    if name.isascii() and letters(name) >= 5
]
CODES = {name for name, _ in NAMES if fold(name) in PRODUCTS.strict}


def _listed(file: str) -> list[str]:
    with open(os.path.join(HERE, file), encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines if not line.startswith("#")]


REALISTIC = [line.split("\t") for line in _listed("realistic.tsv")[1:]]


def _outcome(text: str, owner: str) -> str:
    """What a misspelling of a record's name leads to: right, refused, wrong, or another name."""
    match = PRODUCTS.match(text)
    if match.id == owner:
        return "right"
    if match.id is None:
        return "refused"
    # The edit made a name of another product: KTE-C19 CAR is one key from KTE-X19 CAR.
    return "wrong" if match.kind == "fuzzy" else "another name"


@cache
def _single_edits(*, codes: bool) -> dict[tuple[str, int], Counter[str]]:
    """The outcomes of all single edits of each name, with the number of its letters."""
    return {
        (name, letters(name)): Counter(
            _outcome(text, owner)
            for text in set(single_edits(name))
            if fold(text) not in PRODUCTS.folded
        )
        for name, owner in NAMES
        if (name in CODES) == codes
    }


def test_no_single_edit_leads_to_another_product() -> None:
    found = {**_single_edits(codes=False), **_single_edits(codes=True)}
    assert sum(sum(count.values()) for count in found.values()) > 40_000
    assert [name for name, count in found.items() if count["wrong"]] == []


def test_single_edits_of_names_of_six_letters_are_forgiven() -> None:
    total: Counter[str] = Counter()
    for (_, length), count in _single_edits(codes=False).items():
        if length >= 6:
            total += count
    assert total["right"] / (total["right"] + total["refused"]) >= 0.99


def test_no_edit_of_a_development_code_is_forgiven() -> None:
    """What still is right lost a sign that means nothing, such as the T of CAR-T."""
    total: Counter[str] = Counter()
    for count in _single_edits(codes=True).values():
        total += count
    assert total["refused"] > 2000
    assert total["right"] / total.total() < 0.01


def test_no_double_edit_leads_to_another_product() -> None:
    long = [(name, owner) for name, owner in NAMES if letters(name) >= 9]
    found = Counter(
        (name, _outcome(text, owner)) for name, owner in long for text in double_edits(name, 100)
    )
    assert found.total() > 5000
    assert [name for name, outcome in found if outcome == "wrong"] == []


@pytest.mark.parametrize("file", ["decoys.txt", "neighbours.txt"])
def test_names_of_others_are_refused(file: str) -> None:
    found = [(text, match) for text in _listed(file) if (match := PRODUCTS.match(text)).id]
    assert found == []


def test_there_are_names_enough() -> None:
    assert len(_listed("decoys.txt")) >= 20_000
    assert len(_listed("neighbours.txt")) >= 1000
    assert len(REALISTIC) >= 600


def _read(text: str, kind: names.Kind) -> str:
    match = INDEXES[kind].match(text)
    if match.kind == "ambiguous":
        return f"ambiguous:{','.join(match.alternatives)}"
    return match.id or "none"


def test_what_people_write_is_never_read_wrongly() -> None:
    wrong = [
        (text, expected, found)
        for text, expected, kind in REALISTIC
        if (found := _read(text, kind)) not in (expected, "none")  # type: ignore[arg-type]
        and not (expected == "none" and found.startswith("ambiguous"))
    ]
    assert wrong == []


def test_what_people_write_is_found() -> None:
    meant = [row for row in REALISTIC if row[1] != "none"]
    found = [row for row in meant if _read(row[0], row[2]) == row[1]]  # type: ignore[arg-type]
    assert len(found) / len(meant) >= 0.97


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_of_every_record_leads_to_it(kind: names.Kind) -> None:
    index = INDEXES[kind]
    astray = [
        (name, owner, match)
        for name, owner in index.names
        if (match := index.match(name)).id != owner and owner not in match.alternatives
    ]
    assert astray == []


@pytest.mark.parametrize("kind", ["disease", "event", "trial", "term"])
def test_no_single_edit_of_other_names_leads_to_another_record(kind: names.Kind) -> None:
    index = INDEXES[kind]
    own = {index.key(name) for name, _ in index.names}
    wrong = [
        (name, text, match.id)
        for name, owner in distinct(index.names)
        if letters(name) >= 5
        for text in list(dict.fromkeys(single_edits(name)))[::7]
        if index.key(text) not in own
        and (match := index.match(text)).kind == "fuzzy"
        and match.id != owner
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("disease", "Ph- ALL"),
        ("disease", "Ph(-) B-ALL"),
        ("disease", "Ph \u2212 ALL"),
        ("disease", "CLDN18.2- gastric cancer"),
        ("disease", "Ph+/- ALL"),
        ("disease", "claudin 18.2-"),
        ("disease", "Claudin 18.2 (-)"),
        ("disease", "DLBCL GCB-"),
        ("disease", "Ph-like- ALL"),
        ("disease", "advanced LN"),
        ("disease", "IV MG"),
        ("disease", "WITH ALL"),
        ("disease", "C91.40"),
        ("disease", "C9140"),
        ("disease", "all patients"),
        ("disease", "ALL PATIENTS"),
        ("disease", "first of all"),
        ("disease", "all previously treated"),
        ("disease", "prior RT"),
        ("disease", "four mg"),
        ("disease", "no DLBCL"),
        ("disease", "PCLBCL"),
        ("disease", "gastrin"),
        ("event", "contusion"),
        ("event", "aphagia"),
        ("event", "anomia"),
        ("term", "victor"),
        ("trial", "imaging"),
        ("trial", "Mayo Clinic"),
        ("trial", "US standard of care"),
        ("trial", "ZUMA-3 phase"),
        ("trial", "inati-cel phase"),
        ("trial", "CT041"),
        ("trial", "ZUMA 1/2"),
        ("trial", "ZUMA-1 & 2"),
        ("disease", "LBL"),
        ("product", "CT 05/3"),
        ("product", "IMN-003 a vial"),
        ("product", "gema-cel"),
        ("product", "hema-cel"),
        ("product", "gemagcabtagene"),
        ("product", "cemacenlecleucel"),
        ("product", "CART19/BCMA"),
        ("product", "AUTO1 anti-CD22"),
        ("product", "KTE-C19 anti-BCMA"),
        ("product", "AUTO1/22"),
        ("product", "anti-Yescarta"),
        ("product", "Kymriah B"),
        ("product", "Kymriah BCMA"),
        ("product", "HD CD19 CARA-T"),
        ("product", "Cartiva"),
        ("product", "Cathedral"),
        ("product", "allo-cel"),
        ("product", "satric"),
        ("product", "carte"),
        ("product", "\u041aymriah"),
    ],
)
def test_what_comes_close_is_refused(kind: names.Kind, text: str) -> None:
    assert INDEXES[kind].match(text).id is None


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("disease", "Ph+ ALL", "b-all-ph-positive"),
        ("disease", "Ph-like B-ALL", "b-all-ph-like"),
        ("disease", "R/R ALL", "all"),
        ("disease", "non-Hodgkin\u2019s", "nhl"),
        ("disease", "NCIt C9140", "b-all-paediatric-young-adult"),
        ("disease", "C83.1", "mcl"),
        ("disease", "tumor", None),
        ("disease", "smouldering myeloma", "smoldering-mm"),
        ("event", "severe CRS (grade 3 or higher)", "crs"),
        ("event", "CRS gr 3", "crs"),
        ("trial", "the ZUMA-7 trial", "zuma-7"),
        ("product", "Abecma, anti-BCMA CAR-T", "ide-cel"),
        ("product", "Yescarrta (axicabtagene ciloleucel)", "axi-cel"),
        ("product", "71287-0119-01", "axi-cel"),
        ("product", "KTE C 19", "axi-cel"),
        ("product", "IMN-003A vial", "var-cel"),
        ("product", "cemma-cel", "cema-cel"),
        ("disease", "OncoTree LBL", "lbcl"),
        ("product", "\u963f\u57fa\u4ed1\u8d5b", "axi-cel"),
    ],
)
def test_what_says_no_more_than_a_name_is_found(
    kind: names.Kind, text: str, expected: str | None
) -> None:
    assert INDEXES[kind].match(text).id == expected


# ---- properties


@settings(max_examples=300)
@given(st.sampled_from([(kind, *pair) for kind in KINDS for pair in INDEXES[kind].names]))
def test_a_name_and_its_folded_form_mean_the_same(named: tuple[names.Kind, str, str]) -> None:
    kind, name, _ = named
    index = INDEXES[kind]
    if name != marked(name):
        return  # a code or a sign that folding must not take out
    whole, folded = index.match(name), index.match(index.key(name))
    assert (folded.id, folded.alternatives) == (whole.id, whole.alternatives)


@settings(max_examples=300)
@given(st.text(max_size=60), st.sampled_from(KINDS))
def test_any_text_is_answered(text: str, kind: names.Kind) -> None:
    match = INDEXES[kind].match(text)
    assert (match.id is None) == (match.kind in ("ambiguous", "none"))
    assert match.input == text


@settings(max_examples=200)
@given(
    st.sampled_from(NAMES),
    st.sampled_from(
        ["", "suspension for infusion", "2x10^8 cells", "68 mL", "(Novartis)", "IV inf"]
    ),
)
def test_dose_and_form_change_nothing(named: tuple[str, str], behind: str) -> None:
    name, owner = named
    assert PRODUCTS.match(f"{name} {behind}").id == owner


@settings(max_examples=200)
@given(
    st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from([" and ", "/", " or ", "; "])
)
def test_two_products_are_ambiguous(
    one: tuple[str, str], other: tuple[str, str], between: str
) -> None:
    match = PRODUCTS.match(f"{one[0]}{between}{other[0]}")
    if one[1] == other[1]:
        assert match.id == one[1]
    else:
        assert match.alternatives == tuple(sorted({one[1], other[1]}))


def test_many_are_resolved_as_each_is() -> None:
    texts = ["Carvykti", "carvicti", "bb21217", "", "Kymriah or Abecma", "x" * 10_000, "Carvykti"]
    found = list(cartref.resolve_many(texts))
    assert list(map(repr, found)) == [repr(PRODUCTS.match(text)) for text in texts]
    assert [match.id for match in found] == [
        "cilta-cel", "cilta-cel", None, None, None, None, "cilta-cel",
    ]  # fmt: skip


def test_a_match_tells_whether_a_product_is_approved() -> None:
    found = cartref.resolve_many(["Carvykti", "anito-cel", "anitocabtagen", "unknown"])
    assert [match.status for match in found] == [
        "approved", "investigational", "investigational", None,
    ]  # fmt: skip
    assert cartref.resolve("DLBCL", "disease").status is None


def test_a_therapy_is_found_by_its_names() -> None:
    assert cartref.resolve("Velcade", "therapy").id == "bortezomib"
    assert [match.id for match in cartref.resolve_many(["Velcade"], "therapy")] == ["bortezomib"]


@pytest.mark.parametrize("ask", [cartref.resolve, cartref.resolve_many])
def test_an_unknown_kind_is_refused_by_name(ask: Callable[..., object]) -> None:
    with pytest.raises(UsageError, match=r"^no kind 'drug'; there are product, .*therapy$"):
        ask("Velcade", "drug")


def test_what_is_no_text_means_nothing() -> None:
    assert [match.kind for match in cartref.resolve_many([None, float("nan"), 7])] == ["none"] * 3


def test_many_forgive_nothing_if_asked() -> None:
    found = cartref.resolve_many(["carvicti", "CARVYKTI®"], exact=True)
    assert [match.kind for match in found] == ["none", "normalised"]
