"""Names: what resolves, how, and above all what must not."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cartref
from cartref import load, names
from cartref.errors import AmbiguousError, NotFoundError, UnresolvedError, UsageError
from cartref.spelling import fold

if TYPE_CHECKING:
    from cartref.catalog import Catalog

CATALOG = load()
PRODUCTS = names.index_of(CATALOG, "product")
KINDS: tuple[names.Kind, ...] = ("product", "disease", "event", "trial")


def _resolved(text: str, kind: names.Kind = "product") -> str | None:
    """The id that a name leads to, or none if it is refused."""
    try:
        return names.resolve(CATALOG, kind, text).id
    except (UnresolvedError, UsageError):
        return None


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("cilta-cel", "cilta-cel", "exact"),
        ("Cilta-Cel", "cilta-cel", "exact"),
        ("carvykti", "cilta-cel", "alias"),
        ("CARVYKTI", "cilta-cel", "alias"),
        ("ciltacabtagene autoleucel", "cilta-cel", "alias"),
        ("ciltacabtagene", "cilta-cel", "alias"),
        ("JNJ-68284528", "cilta-cel", "alias"),
        ("LCAR-B38M", "cilta-cel", "alias"),
        ("Q2056", "cilta-cel", "code"),
        ("CILTA CEL", "cilta-cel", "normalised"),
        ("ciltacel", "cilta-cel", "normalised"),
        ("cilta\u2011cel", "cilta-cel", "normalised"),
        ("YESCARTA®", "axi-cel", "normalised"),
        ("YESCARTA™", "axi-cel", "normalised"),
        ("Carvykti suspension for infusion", "cilta-cel", "normalised"),
        ("ＫＹＭＲＩＡＨ", "tisa-cel", "normalised"),
        ("奕凯达", "axi-cel", "alias"),
        ("carvicti", "cilta-cel", "fuzzy"),
        ("kymria", "tisa-cel", "fuzzy"),
        ("tisagenlecleucell", "tisa-cel", "fuzzy"),
        ("brexucabtagen autoleucel", "brexu-cel", "fuzzy"),
        ("lisocel", "liso-cel", "normalised"),
        ("KTEX19", "brexu-cel", "normalised"),
        ("bb2121", "ide-cel", "alias"),
    ],
)
def test_product_names(text: str, expected: str, kind: str) -> None:
    match = names.resolve(CATALOG, "product", text)
    assert (match.id, match.kind) == (expected, kind)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("disease", "DLBCL", "dlbcl"),
        ("disease", "mantle cell", "mcl"),
        ("disease", "MM", "mm"),
        ("disease", "myeloma", "mm"),
        ("disease", "B-ALL", "b-all"),
        ("disease", "CLL", "cll"),
        ("disease", "MZL", "mzl"),
        ("disease", "follicular lymphona", "fl"),
        ("disease", "mulitple myeloma", "mm"),
        ("event", "CRS", "crs"),
        ("event", "cytokine storm", "crs"),
        ("event", "ICANS", "icans"),
        ("event", "neurotoxicity", "neurologic-toxicity"),
        ("event", "neutropenia", "neutropenia"),
        ("event", "anemia", "anaemia"),
        ("trial", "ZUMA-7", "zuma-7"),
        ("trial", "zuma 7", "zuma-7"),
        ("trial", "NCT03391466", "zuma-7"),
    ],
)
def test_other_names(kind: names.Kind, text: str, expected: str) -> None:
    assert names.resolve(CATALOG, kind, text).id == expected


def test_a_name_as_near_to_another_product_is_ambiguous() -> None:
    with pytest.raises(AmbiguousError) as caught:
        cartref.resolve("taxi-cel")
    assert caught.value.match.alternatives == ("axi-cel", "tali-cel")


def test_development_codes_forgive_nothing() -> None:
    assert cartref.resolve("CART-ddBCMA").id == "anito-cel"
    with pytest.raises(NotFoundError):
        cartref.resolve("CART-BCMA")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("disease", "T-ALL"),
        ("disease", "T-cell lymphoblastic leukaemia"),
        ("disease", "PCBCL"),
        ("disease", "T-cell acute lymphoblastic leukaemia"),
        ("disease", "acute myeloid leukaemia"),
        ("disease", "acute"),
        ("disease", "AML"),
        ("disease", "CML"),
        ("disease", "Hodgkin lymphoma"),
        ("event", "hyperkalaemia"),
        ("event", "hypercalcaemia"),
        ("event", "hypernatraemia"),
        ("event", "hypothermia"),
        ("event", "neutrophilia"),
        ("event", "leukaemia"),
        ("trial", "ZUMA-8"),
        ("trial", "ZUMA-2020"),
        ("trial", "CARTITUDE-3"),
        ("trial", "KarMMa-5"),
        ("trial", "NCT03391467"),
    ],
)
def test_other_near_neighbours_are_refused(kind: names.Kind, text: str) -> None:
    assert _resolved(text, kind) is None


@pytest.mark.parametrize("text", ["", " ", "®", "---", "\u200b"])
def test_an_empty_name_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="is empty"):
        names.resolve(CATALOG, "product", text)


def test_exact_refuses_typing_errors() -> None:
    with pytest.raises(NotFoundError):
        names.resolve(CATALOG, "product", "carvicti", exact=True)
    assert names.resolve(CATALOG, "product", "CARVYKTI", exact=True).id == "cilta-cel"


def test_a_beginning_that_several_trials_share_is_ambiguous() -> None:
    with pytest.raises(AmbiguousError) as caught:
        names.resolve(CATALOG, "trial", "TRANSCEND")
    assert caught.value.exit_code == 4
    assert {"transcend-fl", "transcend-cll-004"} <= set(caught.value.match.alternatives)


def test_a_refusal_suggests_and_never_answers() -> None:
    with pytest.raises(NotFoundError) as caught:
        names.resolve(CATALOG, "product", "bb21217")
    assert caught.value.match.id is None
    assert caught.value.match.alternatives == ("ide-cel",)
    assert "suggestions only" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("disease", "lupus", "sle"),
        ("disease", "double hit", "hgbcl-double-hit"),
        ("event", "HBV", "hbv-reactivation"),
        ("event", "HLH", "iec-hs"),
    ],
)
def test_a_name_that_holds_every_word_is_suggested(
    kind: names.Kind, text: str, expected: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        names.resolve(CATALOG, kind, text)
    assert expected in caught.value.match.alternatives


def test_a_code_that_products_share_names_none_of_them() -> None:
    shared = [code.code for code in CATALOG.codes if code.shared]
    assert shared
    assert [code for code in shared if _resolved(code)] == []


def test_a_name_of_a_later_kind_wins_over_a_typing_error() -> None:
    kind, match = names.resolve_any(CATALOG, ("product", "event", "trial"), "CRS")
    assert (kind, match.id) == ("event", "crs")
    kind, match = names.resolve_any(CATALOG, ("product", "event", "trial"), "ELIANA")
    assert (kind, match.id) == ("trial", "eliana")


def test_the_public_function_answers() -> None:
    import cartref

    assert cartref.resolve("Abecma").id == "ide-cel"
    assert cartref.resolve("CRS", "event").id == "crs"


def test_the_public_function_reads_each_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import cartref
    from cartref import loading

    read: list[str] = []
    reading = loading.read

    def recorded(directory: str, file: str) -> dict[str, Any]:
        read.append(file)
        return reading(directory, file)

    monkeypatch.setattr(loading, "read", recorded)
    cartref._bundled.cache_clear()  # noqa: SLF001 - what other tests read does not count
    for _ in range(3):
        with pytest.raises(NotFoundError):
            cartref.resolve("pembrolizumab")
    assert read
    assert len(read) == len(set(read))


# ---- properties


def _all_names(catalog: Catalog) -> list[tuple[names.Kind, str, str]]:
    return [
        (kind, name, owner)
        for kind in KINDS
        for name, owner in names.index_of(catalog, kind).names
        if not name.startswith("NCT")  # cohorts of one trial share its number
    ]


ALL_NAMES = _all_names(CATALOG)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=300)
@given(st.sampled_from(ALL_NAMES), st.sampled_from(["upper", "lower", "title", "spaces"]))
def test_every_name_leads_home_in_any_dress(named: tuple[names.Kind, str, str], dress: str) -> None:
    kind, name, owner = named
    changed = {
        "upper": name.upper(),
        "lower": name.lower(),
        "title": name.title(),
        "spaces": f"  {name.replace('-', ' ')} ",
    }[dress]
    assert _resolved(changed, kind) == owner


def _edited(name: str, place: int, edit: str, letter: str) -> str:
    """One edit of a name: a letter dropped, changed, added, or two swapped."""
    place %= len(name)
    head, tail = name[:place], name[place:]
    if edit == "drop":
        return head + tail[1:]
    if edit == "change":
        return head + letter + tail[1:]
    if edit == "add":
        return head + letter + tail
    return head + tail[1:2] + tail[:1] + tail[2:]


@settings(max_examples=500)
@given(
    st.sampled_from(PRODUCTS.names),
    st.integers(0, 40),
    st.sampled_from(["drop", "change", "add", "swap"]),
    st.sampled_from(string.ascii_lowercase + string.digits),
)
def test_one_edit_never_leads_to_another_product(
    named: tuple[str, str], place: int, edit: str, letter: str
) -> None:
    name, owner = named
    changed = _edited(name, place, edit, letter)
    if fold(changed) in PRODUCTS.folded:
        return  # the edit made another real name
    assert _resolved(changed) in (owner, None)
