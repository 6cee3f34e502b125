"""Pictures and pages: what they say is what the JSON says, and all of it can be read."""

from __future__ import annotations

import json
import math
import os
import re
import struct
import subprocess
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import combinations
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from cartref import load
from cartref.cli import build
from cartref.cli.options import Format
from cartref.intervals import wilson
from cartref.model.record import fields_of
from cartref.render import page, plot
from cartref.render.charts import forest, lanes, matrix
from cartref.render.picture import (
    Act,
    Estimate,
    Forest,
    ForestRow,
    Frame,
    Matrix,
    MatrixCell,
    Reference,
    Swim,
    SwimLane,
)
from cartref.render.strip import WIDTH, strip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

    from cartref.catalog import Catalog
    from cartref.model.study import AdverseReaction
    from cartref.render.charts.faces import Look
    from cartref.render.picture import Picture

app = build()
SVG = "{http://www.w3.org/2000/svg}"

RATES = [
    ["side-effects", "CRS", "--target", "BCMA"],
    ["side-effects", "ICANS"],
    ["side-effects", "CRS", "--regulator", "EMA"],
    ["side-effects", "neutropenia"],
    ["side-effects", "cilta-cel"],
    ["side-effects"],
]
ACTS = [
    ["timeline", "--regulator", "FDA"],
    ["timeline", "MM", "--as-of", "2022-03-01"],
    ["timeline", "liso-cel", "--all"],
]
LINES = [
    ["indication", "DLBCL"],
    ["indication", "MM"],
    ["indication", "DLBCL", "--as-of", "2019-01-01"],
    ["indication", "LBCL", "--regulator", "FDA", "--all"],
]
COMPARED = [
    ["compare", "cilta-cel", "ide-cel"],
    ["compare", "axi-cel", "tisa-cel", "liso-cel", "--only", "outcomes"],
    ["compare", "brexu-cel", "obe-cel", "--regulator", "EMA"],
]
RESPONSES = ("ORR", "CR", "CR/CRi", "CR or better", "sCR")
QUESTIONS = [*RATES, *ACTS, *LINES, *COMPARED]


def ask(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


@cache
def _answer(question: tuple[str, ...], format: str) -> bytes:
    result = ask(*question, "--format", format)
    assert result.exit_code == 0, result.stderr
    content: bytes = result.stdout_bytes
    return content


def in_json(question: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_answer(tuple(question), "json"))
    return found


def svg_of(question: list[str]) -> ET.Element:
    return ET.fromstring(_answer(tuple(question), "svg"))  # noqa: S314 - our own


def _named(svg: ET.Element) -> dict[str, tuple[str, str]]:
    """The text and the meaning of each group that has an id."""
    found = {}
    for group in svg.iter(f"{SVG}g"):
        if gid := group.get("id"):
            assert gid not in found
            words = " ".join("".join(item.itertext()) for item in group.iter(f"{SVG}text"))
            found[gid] = words, group.findtext(f"{SVG}title", "")
    return found


def _texts(svg: ET.Element) -> str:
    """All that can be read, as running text."""
    lines = ("".join(item.itertext()) for item in svg.iter(f"{SVG}text"))
    return " ".join(" ".join(lines).split())


# ---- the numbers


class Drawn(NamedTuple):
    """A row of a forest plot as a reader of the picture sees it."""

    product: str
    trial: str
    n: str
    any_grade: str
    grade3plus: str


def _rows(svg: ET.Element) -> dict[str, list[Drawn]]:
    """The rows of each picture."""
    named = _named(svg)
    found: dict[str, list[Drawn]] = {}
    for gid, (n, _) in named.items():
        if not (match := re.fullmatch(r"(.*):n:(\d+)", gid)):
            continue
        picture, row = match.groups()
        marks = [f"{picture}:{name}:{row}" for name in ("any-grade", "grade-3-or-higher")]
        told = next(named[mark][1] for mark in marks if mark in named)
        product, trial = re.match(r"(.*?), (.*): (?:any grade|grade 3)", told).groups()  # type: ignore[union-attr]
        values = [named[f"{mark}:text"][0] for mark in marks]
        for mark, value in zip(marks, values, strict=True):
            assert (mark in named) is (value != "n.k.")
            assert mark not in named or named[mark][1].endswith(value)
        found.setdefault(picture, []).append(Drawn(product, trial, n, *values))
    return found


def _independent_wilson(percent: float, n: int) -> tuple[float, float]:
    """The limits as what they are by definition: shares of which the test just says no."""
    share, z = percent / 100, NormalDist().inv_cdf(0.975)

    def rejected(limit: float) -> bool:
        return abs(share - limit) > z * math.sqrt(limit * (1 - limit) / n)

    def edge(outside: float) -> float:
        inside = share
        if not rejected(outside):
            return outside
        for _ in range(60):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
        return inside

    return edge(0.0) * 100, edge(1.0) * 100


def _expected(percent: float | None, n: int | None) -> str:
    if percent is None:
        return "n.k."
    if n is None:
        return f"{percent:g}%"
    low, high = _independent_wilson(percent, n)
    return f"{percent:g}% ({low:.0f}-{high:.0f})*"


@pytest.mark.parametrize(
    ("percent", "n", "limits"),
    [
        (50, 20, (29.93, 70.07)),
        (0, 10, (0, 27.75)),
        (100, 10, (72.25, 100)),
        (10, 50, (4.35, 21.36)),
    ],
)
def test_wilson_intervals_of_textbooks(percent: float, n: int, limits: tuple[float, float]) -> None:
    assert wilson(percent, n) == pytest.approx(limits, abs=0.005)
    assert _independent_wilson(percent, n) == pytest.approx(limits, abs=0.005)


@pytest.mark.parametrize("question", RATES, ids=" ".join)
def test_a_forest_says_what_the_json_says(question: list[str]) -> None:
    catalog = load()
    results = in_json(question)["results"]
    if len(question) == 1:  # the overview lists headlines, and draws from all
        results = [fields_of(item) for item in _of_approved(catalog)]
    known = {
        Drawn(
            item["product"],
            catalog.trial(next(_records(item["id"]))).name,
            (item["n"] and str(item["n"])) or "n.k.",
            _expected(item["any_grade_pct"], item["n"]),
            _expected(item["grade3plus_pct"], item["n"]),
        )
        for item in results
    }
    svg = svg_of(question)
    pictures = _rows(svg)
    assert pictures
    for rows in pictures.values():
        assert set(rows) <= known
    left = re.findall(r"Not drawn: ([^.]*)\.", _texts(svg))
    groups = [("crs",), ("neurologic-toxicity", "icans")] if len(pictures) > 1 else [None]
    for rows, told, group in zip(pictures.values(), left, groups, strict=True):
        counted = sum(
            group is None or item["event"] in group or item["manifestation_of"] in group
            for item in results
        )
        assert len(rows) + sum(map(int, re.findall(r"(?:^|; )(\d+) ", told))) == counted


@pytest.mark.parametrize("question", COMPARED, ids=" ".join)
def test_response_rates_are_those_of_the_json(question: list[str]) -> None:
    wanted = Counter(
        (cell["product"], item["endpoint"], _response(item))
        for row in in_json(question)["results"]
        for cell in row["cells"]
        for item in cell["statements"]
        if item["endpoint"] in RESPONSES and item["unit"] == "percent"
        if item["value"] is not None
    )
    drawn: Counter[tuple[str, str, str]] = Counter()
    named = _named(svg_of(question))
    for gid, (_, told) in named.items():
        if match := re.fullmatch(r"1:(?!n:)[^:]+:\d+", gid):
            product, endpoint, rate = re.match(  # type: ignore[union-attr]
                r"(.*?), .*: (ORR|CR/CRi|CR or better|CR|sCR) (.*)", told
            ).groups()
            assert named[f"{match[0]}:text"][0] == rate
            drawn[product, endpoint, rate] += 1
    assert drawn == wanted
    assert drawn


def _response(item: dict[str, Any]) -> str:
    """A rate with its interval: as printed, else computed; one limit alone is none."""
    limits = (item["ci_low"], item["ci_high"])
    if None not in limits:
        return f"{item['value']:g}% ({limits[0]:g}-{limits[1]:g})"
    return _expected(item["value"], item["n"]) if limits == (None, None) else f"{item['value']:g}%"


def _of_approved(catalog: Catalog) -> Iterator[AdverseReaction]:
    approved = [item.id for item in catalog.products.values() if item.status == "approved"]
    for product in (*approved, None):
        yield from catalog.study(product).adverse_reactions


def _records(key: str) -> Iterator[Any]:
    catalog = load()
    for product in (*catalog.products, None):
        yield from (item for item in catalog.study(product).adverse_reactions if item.id == key)


def test_a_trial_is_drawn_once_and_pools_not_beside_their_trials() -> None:
    [rows] = _rows(svg_of(["side-effects", "CRS"])).values()
    counted = Counter((row.product, row.trial) for row in rows)
    assert set(counted.values()) == {1}
    assert ("axi-cel", "ZUMA-1") in counted
    assert not any("pool" in trial.lower() for product, trial in counted if product == "axi-cel")


@pytest.mark.parametrize("question", ACTS, ids=" ".join)
def test_lanes_show_the_acts_of_the_json(question: list[str]) -> None:
    drawn = {
        "approval": "approval", "withdrawal": "withdrawal", "indication": "indication",
        "conversion": "conversion", "safety": "safety", "rems": "safety", "label": "safety",
    }  # fmt: skip
    results = in_json(question)["results"]
    expected = Counter(
        (drawn[item["kind"]], item["date"], f"{item['body']}: {item['title']}")
        for item in results
        if item["kind"] in drawn
    )
    svg = svg_of(question)
    found: Counter[tuple[str, str, str]] = Counter()
    for gid, (_, told) in _named(svg).items():
        if told:
            date, rest = told.split(": ", 1)
            what = rest.split(", ", 1)[1].rpartition(" [")[0]
            found[gid.split(":")[1], date, what] += 1
    assert found == expected
    for kind, count in Counter(kind for kind, _, _ in expected.elements()).items():
        assert f"({count})" in _texts(svg), kind


@pytest.mark.parametrize("question", LINES, ids=" ".join)
def test_a_matrix_shows_the_lines_of_the_json(question: list[str]) -> None:
    expected: dict[tuple[str, str], set[str]] = {}
    for item in in_json(question)["results"]:
        if item["status"] != "active":
            continue
        low, high = item["min_prior_lines"], item["max_prior_lines"]
        line = "not given" if low is None else f"{low + 1}L+"
        if high is not None:
            line = f"{low + 1}L" if low == high else f"{low + 1}L-{high + 1}L"
        part = " (part)" if item["relation"] == "part" else ""
        expected.setdefault((item["product"], item["regulator"]), set()).add(line + part)
    drawn = {}
    for gid, (_, told) in _named(svg_of(question)).items():
        if ":cell:" in gid:
            product, regulator, lines = re.match(r"(.*?), (.*?): (.*)", told).groups()  # type: ignore[union-attr]
            drawn[product, regulator] = set(lines.split(", "))
    assert drawn == expected
    for lines in expected.values():
        assert ", ".join(sorted(lines)) in _texts(svg_of(question))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (RATES[0], "target BCMA"),
        (["side-effects", "cilta-cel"], "product cilta-cel"),
        (["timeline", "MM", "--as-of", "2022-03-01"], "disease MM; as it stood on 2022-03-01"),
        (["timeline", "liso-cel", "--since", "2024"], "product liso-cel; since 2024"),
        (["indication", "DLBCL", "--line", "2"], "line 2"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_picture_says_what_it_was_narrowed_to(question: list[str], told: str) -> None:
    texts = ["".join(item.itertext()) for item in svg_of(question).iter(f"{SVG}text")]
    assert texts[1] == told


# ---- pages


class Page(HTMLParser):
    """What a page holds, for a reader and for a browser."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.rows: list[list[str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count a tag, and open it."""
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count a tag that holds nothing."""
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text with the tags around it."""
        self.texts.append((tuple(self.open), data))
        if "tr" in self.open and "a" not in self.open:
            self.rows[-1][-1] += data

    def values(self, name: str) -> list[str]:
        """The values of an attribute, in order."""
        return [value for _, found, value in self.attributes if found == name]


def page_of(question: list[str]) -> Page:
    found = Page(_answer(tuple(question), "html").decode())
    assert not found.open
    return found


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_page_needs_nothing_else(question: list[str]) -> None:
    found = page_of(question)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(found.tags)
    assert not any(name.startswith("on") for _, name, _ in found.attributes)
    assert not found.values("src")
    style = "".join(text for path, text in found.texts if path[-1:] == ("style",))
    assert "url(" not in style
    assert "@import" not in style
    links = [value for tag, name, value in found.attributes if (tag, name) == ("a", "href")]
    assert all(link.startswith(("https://", "#ref-")) for link in links)
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert ("html", "lang", "en") in found.attributes
    assert ("meta", "name", "viewport") in found.attributes
    told = " ".join(text for _, text in found.texts)
    assert f"as of {load().dataset.as_of}; reference only, not medical advice." in told
    pictures = found.tags["figure"]
    assert found.tags["svg"] == 2 * pictures == found.values("role").count("img")
    assert all(scope in ("col", "row", "rowgroup") for scope in found.values("scope"))


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_page_lists_every_source_that_it_cites(question: list[str]) -> None:
    found = page_of(question)
    listed = [value for value in found.values("id") if value.startswith("ref-")]
    assert listed == [f"ref-{number}" for number in range(1, len(listed) + 1)]
    cited = set(in_json(question)["sources"])
    urls = {load().sources[key].url for key in cited} - {None}
    assert urls <= set(found.values("href"))


@pytest.mark.parametrize("question", RATES[:3], ids=" ".join)
def test_the_table_of_a_page_says_what_the_json_says(question: list[str]) -> None:
    found = page_of(question)
    head = next(row for row in found.rows if "Any grade" in row)
    start = found.rows.index(head) + 1
    wanted = Counter(
        (str(item["n"] or "n.k."), _expected(item["any_grade_pct"], item["n"]))
        for item in in_json(question)["results"]
        if item["event"] in ("crs", "icans")
        and item["manifestation_of"] is None
        and item["measure"] not in ("list", "summary")
        and {item["any_grade_pct"], item["grade3plus_pct"], item["grade5_pct"]} != {None}
    )
    at = {name: head.index(name) for name in ("n", "Any grade", "95% CI*")}
    rows: Counter[tuple[str, str]] = Counter()
    for row in found.rows[start : start + wanted.total()]:
        n, rate, limits = (row[place] for place in at.values())
        rows[n, rate if limits == "n.k." else f"{rate} ({limits})*"] += 1
    assert rows == wanted


@pytest.mark.parametrize("question", [*RATES[:2], LINES[0], COMPARED[1]], ids=" ".join)
@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_both_drawings_of_a_page_say_what_the_picture_says(question: list[str], kind: str) -> None:
    text = _answer(tuple(question), "html").decode()
    drawings = re.findall(rf'<svg class="{kind}".*?</svg>', text, re.DOTALL)
    told = [
        sorted(item.text or "" for item in ET.fromstring(drawing).iter(f"{SVG}title"))  # noqa: S314 - our own
        for drawing in drawings
    ]
    alone = sorted(item.text or "" for item in svg_of(question).iter(f"{SVG}title"))
    assert told == [alone]


# ---- how it looks

FRAME = Frame("target X", ("A caution.",), (Reference("a", "A: a title"),), "Data 1")
LONG = "a population whose description is longer than any line has room for, by far, " * 2
FOREST = Forest(
    "Rates of $x_1$ & <b>",
    ("any grade", "grade 3 or higher"),
    (
        ForestRow("one-cel", "TRIAL", 100, (Estimate(50, 40, 60), Estimate(0, 0, 4, computed=True)),
                  ("a",), LONG),
        ForestRow("one-cel", LONG, None, (Estimate(100), None), ("a",)),
        ForestRow("two-cel-" * 12, "T" * 90, 7, (None, None), ()),
    ),
)  # fmt: skip
MANY_SERIES = Forest(
    "Many",
    tuple(f"endpoint {place}" for place in range(6)),
    tuple(
        ForestRow("one-cel", f"TRIAL {row}", 10, tuple(Estimate(5 + 10 * row + at, 2, 97.5)
                  for at in range(6)), ())
        for row in range(4)
    ),
)  # fmt: skip
SWIM = Swim(
    "Acts",
    {"approval": "approved", "safety": "something else"},
    (
        SwimLane("one-cel", "2001", tuple(Act("2020-05", "approval", "x", ()) for _ in range(9))),
        SwimLane("class", None, (Act("2020-05-01", "safety", "y", ("a",)),)),
    ),
    "2020-12-31",
)
MATRIX = Matrix(
    "Lines",
    tuple(f"RegulatorWithName{place}" for place in range(14)),
    ("one-cel", "two-cel"),
    tuple(
        tuple(MatrixCell(("2L+", "not given"), rank, ("a",)) for rank in (*range(1, 14), None))
        for _ in range(2)
    ),
)


def _boxes(picture: Picture, frame: Frame, width: float) -> Iterator[tuple[str, Any]]:
    """The texts of a picture with the room that each takes."""
    with plot.style():
        figure = plot.laid_out([picture], frame, width).figure
        figure.draw_without_rendering()
        for text in figure.texts:
            yield text.get_text(), text.get_window_extent()
        yield "", figure.bbox


def _drawn_pictures(question: list[str]) -> list[Picture]:
    """The pictures of a question, caught on their way to the file."""
    caught: list[Picture] = []
    original = plot.svg

    def catch(pictures: list[Picture], frame: Frame) -> str:
        caught.extend(pictures)
        return original(pictures, frame)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plot, "svg", catch)
        assert ask(*question, "--format", "svg").exit_code == 0
    return caught


def assert_readable(picture: Picture, width: float) -> None:
    *texts, (_, sheet) = _boxes(picture, FRAME, width)
    assert texts
    for text, box in texts:
        assert sheet.x0 <= box.x0 < box.x1 <= sheet.x1, text
        assert sheet.y0 <= box.y0 < box.y1 <= sheet.y1, text
    for (one, first), (other, second) in combinations(texts, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        # Boxes of lines include what g and p need below; those may touch, letters may not.
        assert across <= 0.5 or down <= 2.5, (one, other)


@pytest.mark.parametrize("width", [plot.WIDE, plot.NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_no_text_of_a_picture_hides_another(question: list[str], width: float) -> None:
    for picture in _drawn_pictures(question):
        assert_readable(picture, width)


@pytest.mark.parametrize("width", [plot.WIDE, plot.NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    "picture", [FOREST, MANY_SERIES, SWIM, MATRIX], ids=["forest", "series", "swim", "matrix"]
)
def test_long_texts_and_many_marks_find_room(picture: Picture, width: float) -> None:
    assert_readable(picture, width)


def test_every_series_is_drawn_or_none() -> None:
    svg = ET.fromstring(plot.svg([MANY_SERIES], FRAME))  # noqa: S314 - our own
    named = _named(svg)
    for row in range(4):
        for at in range(6):
            assert named[f"1:endpoint-{at}:{row + 1}:text"][0] == f"{5 + 10 * row + at}% (2-97.5)"
            assert f"1:endpoint-{at}:{row + 1}" in named
    more = MANY_SERIES._replace(series=tuple("abcdefg"))
    with pytest.raises(ValueError, match="at most 6 series, not 7"):
        plot.svg([more], FRAME)


def test_signs_of_markup_are_text() -> None:
    text = plot.svg([FOREST], FRAME)
    assert "Rates of $x_1$ & <b>" in _texts(ET.fromstring(text))  # noqa: S314 - our own
    sheet = page.page("<script>", [FOREST], {}, "<b>", "<i>")
    assert not {"script", "b", "i"} & set(Page(sheet).tags)


def test_a_printed_interval_has_no_star_and_closed_ends() -> None:
    assert forest.estimate(Estimate(42, 38.2, 47)) == "42% (38.2-47)"
    assert forest.estimate(Estimate(42, 38.2, 47.4, computed=True)) == "42% (38-47)*"
    assert forest.estimate(Estimate(42)) == "42%"
    assert forest.estimate(None) == "n.k."
    row = ForestRow("a", "b", 9, (Estimate(50, 40, 60),), ())
    count = []
    for item in (Estimate(50, 40, 60), Estimate(50, 40, 60, computed=True)):
        drawn = Forest("t", ("s",), (row._replace(estimates=(item,)),))
        with plot.style():
            figure = plot.laid_out([drawn], FRAME, plot.WIDE).figure
        count.append(len(figure.patches) + len(figure.artists))
    assert count[0] == count[1] + 2


@pytest.mark.parametrize("looks", [forest.SERIES, tuple(lanes.KINDS.values())])
def test_marks_differ_without_colour(looks: tuple[Look, ...]) -> None:
    assert len({look.shape for look in looks}) == len(looks)
    assert all(matrix.contrast(look.colour, "#ffffff") > 2 for look in looks)


@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5, 9, None])
def test_letters_stand_out_from_their_shade(rank: int | None) -> None:
    shade = matrix.shade(rank)
    assert matrix.contrast(matrix.letters_on(shade), shade) >= 4.5


def test_many_sources_stand_by_their_ids_and_none_is_lost() -> None:
    for count in (3, 12, 13, 100):
        references = tuple(Reference(f"key-{place}", f"P: text {place}") for place in range(count))
        text = plot.svg([FOREST], FRAME._replace(references=references))
        told = _texts(ET.fromstring(text))  # noqa: S314 - our own
        for place in range(count):
            assert f"[{place + 1}]" in told
            assert f"text {place}" in told or f"key-{place}" in told
    many = tuple(Reference(f"key-{place}", "") for place in range(101))
    assert "Sources: 101 references" in plot.svg([FOREST], FRAME._replace(references=many))


def test_a_png_is_as_wide_as_a_slide() -> None:
    content = _answer(("side-effects", "ICANS"), "png")
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width == round(plot.WIDE * plot.SHARPNESS)
    assert height > 500


@pytest.mark.parametrize("format", ["svg", "png", "html"])
def test_the_same_question_makes_the_same_bytes(format: str) -> None:
    found = {
        subprocess.run(
            [sys.executable, "-m", "cartref", *RATES[0], "--format", format],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    assert len(found) == 1
    assert found != {b""}


def test_pictures_do_not_take_the_settings_of_the_reader(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("svg.fonttype: path\nfont.size: 30\n")
    found = subprocess.run(
        [sys.executable, "-m", "cartref", *RATES[0], "--format", "svg"],
        capture_output=True,
        check=True,
        env={**os.environ, "MATPLOTLIBRC": str(tmp_path)},
    )
    assert found.stdout == _answer(tuple(RATES[0]), "svg")


# ---- files and misuse


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.svg", b"<?xml"),
        ("a.png", b"\x89PNG"),
        ("a.html", b"<!DOCTYPE html>"),
        ("a.HTM", b"<!DOCTYPE html>"),
        ("a.md", b"### "),
        ("a.csv", b"product,"),
        ("a.tsv", b"product\t"),
        ("a.json", b'{"schema_version"'),
        ("a.ndjson", b'{"schema_version"'),
        ("a.txt", b"Cytokine"),
    ],
)
def test_a_file_has_the_format_of_its_ending(name: str, begins: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("what was there before")
    result = ask("side-effects", "CRS", "--product", "ide-cel", "--output", str(path))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert path.read_bytes().startswith(begins)
    assert [item.name for item in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("format", [item for item in Format if item is not Format.TABLE])
def test_a_file_holds_what_the_pipe_gets(format: str, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    question = ["indication", "MCL", "--format", format]
    assert ask(*question, "--output", str(path)).exit_code == 0
    assert path.read_bytes() == ask(*question).stdout_bytes


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["explain", "CRS", "-f", "svg"], 2, "no svg of this: cartref side-effects"),
        (["indication", "-f", "html"], 2, "no html of this"),
        (["timeline", "-o", "a.bmp"], 2, "--output a.bmp: name a --format"),
        (["timeline", "-o", "a"], 2, "--output a: name a --format"),
        (["timeline", "-o", "a.svg", "-f", "png"], 2, "ask for different things"),
        (["timeline", "-o", "a.svg", "--json"], 2, "ask for different things"),
        (["indication", "PCNSL", "-f", "svg"], 2, "nothing to draw: "),
        (["side-effects", "medicare-dlbcl-65-plus", "-f", "svg"], 2, "nothing to draw: "),
        (["timeline", "--until", "2000", "-f", "html"], 2, "nothing to draw: "),
        (["side-effects", "--product", "satri-cel", "-d", "MM", "-f", "png"], 2, "nothing to draw"),
        (["timeline", "-o", "no-such-folder/a.svg"], 1, "cannot be written: No such file"),
        (["timeline", "-o", "folder.svg"], 1, "cannot be written: it is a directory"),
        (["timeline", "-f", "svg", "-o", os.devnull], 1, "cannot be written: it is not a file"),
        (["indication", "no such thing", "-o", "a.json"], 3, "no such thing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_one_line(
    arguments: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    result = ask(*arguments)
    assert result.exit_code == code
    assert result.stdout == ""
    [line] = [line for line in result.stderr.splitlines() if line.casefold().startswith("error")]
    assert said in " ".join(result.stderr.split()), line
    assert [item.name for item in tmp_path.iterdir()] == ["folder.svg"]


@pytest.mark.parametrize("format", ["svg", "png", "html"])
def test_pictures_are_not_for_terminals(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    from cartref.cli.answer import chosen

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(typer.BadParameter, match="not for a terminal: name a file with --output"):
        chosen(Format(format), as_json=False)
    assert chosen(Format(format), as_json=False, output=f"a.{format}").format == format


WITHOUT_LIBRARY = """
import sys
sys.modules["matplotlib"] = None
from cartref.__main__ import main
sys.argv = ["cartref", *{arguments!r}]
main()
"""


@pytest.mark.parametrize("format", ["svg", "png", "html"])
def test_without_the_library_one_line_says_what_to_install(format: str) -> None:
    arguments = ["timeline", "--regulator", "FDA", "--format", format]
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIBRARY.format(arguments=arguments)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr == "error: pictures need the plot extra: pip install 'cartref[plot]'\n"


# ---- on the terminal


@pytest.mark.parametrize(
    ("any_grade", "grade3plus", "n", "drawn"),
    [
        (50, 10, 20, "  ○   ├───●───┤      "),
        (50, None, None, "          ●          "),
        (0, 0, 10, "◉─────┤              "),
        (100, 40, 1000, "        ○           ●"),
        (None, 5, 10, " ○                   "),
        (None, None, None, "                     "),
    ],
)
def test_rates_are_drawn_in_signs(
    any_grade: float | None, grade3plus: float | None, n: int | None, drawn: str
) -> None:
    assert strip(any_grade, grade3plus, n) == drawn
    assert len(drawn) == WIDTH


@pytest.mark.parametrize("width", [60, 80, 120, 140])
@pytest.mark.parametrize(
    "question",
    [RATES[0], ["side-effects", "ICANS", "--regulator", "FDA"], *LINES[:2]],
    ids=" ".join,
)
def test_screens(question: list[str], width: int, snapshot: SnapshotAssertion) -> None:
    environment = {"COLUMNS": str(width), "TERM": "dumb"}
    result = CliRunner().invoke(app, [*question, "--format", "table"], env=environment)
    assert result.stdout == snapshot


def test_a_plain_encoding_keeps_the_drawn_rates_apart() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "cartref", "side-effects", "ICANS", "--format", "table"],
        capture_output=True,
        check=True,
        env={**os.environ, "COLUMNS": "160", "PYTHONIOENCODING": "ascii"},
    ).stdout.decode("ascii")
    assert "0%  o any  + 3+  100%" in found
    assert re.search(r"\|-*o-*\|", found)


def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    assert CliRunner().invoke(app, ["explain", "CRS", "-o", str(link)]).exit_code == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["command"] == "explain"
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_dash_is_stdout() -> None:
    question = ["side-effects", "ICANS", "--format", "svg"]
    plain = CliRunner().invoke(app, question).stdout
    assert CliRunner().invoke(app, [*question, "--output", "-"]).stdout == plain


def test_the_backend_of_a_notebook_does_not_matter() -> None:
    environment = {**os.environ, "MPLBACKEND": "module://no_such.backend"}
    command = [sys.executable, "-m", "cartref", "side-effects", "ICANS", "-f", "svg"]
    result = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert result.returncode == 0, result.stderr
