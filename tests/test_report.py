"""Briefs of products: complete, self-contained, and every number leads to its source."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from test_pictures import WITHOUT_LIBRARY, Page
from typer.testing import CliRunner

from cartref import load
from cartref.cli import build
from cartref.render.document import Fact, Facts, Grid, Heading, Remark
from cartref.render.picture import Estimate, Forest, ForestRow, in_parts
from cartref.render.text import markdown

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

app = build()
CATALOG = load()
DISCLAIMER = f"as of {CATALOG.dataset.as_of}; reference only, not medical advice."

ONE = ["obe-cel", "--regulator", "FDA"]
TWO = ["cilta-cel", "ide-cel"]
QUESTIONS = [
    ONE,
    TWO,
    ["tisa-cel"],
    ["anito-cel"],
    ["axi-cel", "tisa-cel", "liso-cel", "--disease", "LBCL", "--regulator", "EMA"],
    ["axi-cel", "--as-of", "2022-05-01", "--regulator", "FDA"],
    ["cilta-cel", "anito-cel", "--as-of", "2023-01-01"],
]
HEADING = re.compile(r"^(#+) (.*)$")
CITED = re.compile(r" \[(\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)\]")


def ask(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["report", *arguments])


@cache
def _written(question: tuple[str, ...], format: str) -> str:
    result = ask(*question, "--format", format)
    assert result.exit_code == 0, result.stderr
    text: str = result.stdout
    return text


def md(question: list[str]) -> str:
    return _written(tuple(question), "md")


def html(question: list[str]) -> Page:
    found = Page(_written(tuple(question), "html"))
    assert not found.open
    return found


def product(question: list[str]) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["product", *question, "--json"])
    assert result.exit_code == 0, result.stderr
    [found] = json.loads(result.stdout)["results"]
    assert isinstance(found, dict)
    return found


def headings(text: str) -> list[tuple[int, str]]:
    found = (HEADING.match(line) for line in text.splitlines())
    return [(len(match[1]), match[2]) for match in found if match]


def section(text: str, title: str) -> list[str]:
    """The lines below a heading, as far as the next one that is not below it."""
    lines = text.splitlines()
    [start] = [
        place
        for place, line in enumerate(lines)
        if (match := HEADING.match(line)) and match[2] == title
    ]
    level = lines[start].index(" ")
    held: list[str] = []
    for line in lines[start + 1 :]:
        if (match := HEADING.match(line)) and len(match[1]) <= level:
            break
        held.append(line)
    return held


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(text: str, title: str) -> list[dict[str, str]]:
    """The rows of the first table of a section, without the numbers of sources."""
    lines = [line for line in section(text, title) if line.startswith("|")]
    head, _, *rows = [cells(line) for line in lines]
    return [dict(zip(head, (CITED.sub("", cell) for cell in row), strict=True)) for row in rows]


def numbers(cited: str) -> set[int]:
    found: set[int] = set()
    for part in cited.split(", "):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


# ---- Markdown


def test_a_small_brief(snapshot: SnapshotAssertion) -> None:
    assert md(ONE) == snapshot


EVERY = [[key] for key in CATALOG.products]


@pytest.mark.parametrize("question", [*QUESTIONS, *EVERY], ids=" ".join)
def test_every_number_leads_to_a_source_and_every_source_is_used(question: list[str]) -> None:
    body, _, listed = md(question).partition("\n## Sources\n")
    places = [int(place) for place in re.findall(r"^- \*\*\[(\d+)\]\*\*: ", listed, re.MULTILINE)]
    assert places == list(range(1, len(places) + 1))
    used = {number for match in CITED.finditer(body) for number in numbers(match[1])}
    assert used == set(places)
    assert listed.rstrip().endswith(DISCLAIMER)


@pytest.mark.parametrize("question", [*QUESTIONS, *EVERY], ids=" ".join)
def test_every_row_of_a_table_has_as_many_cells_as_its_heading(question: list[str]) -> None:
    width = 0
    for line in md(question).splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        count = len(cells(line))
        assert line.endswith(" |")
        assert count == (width or count), line
        width = count


@pytest.mark.parametrize("question", [*QUESTIONS, *EVERY], ids=" ".join)
def test_headings_go_down_step_by_step_and_hold_something(question: list[str]) -> None:
    text = md(question)
    found = headings(text)
    assert [title for level, title in found if level == 1] == [found[0][1]]
    for (level, _), (after, title) in pairwise(found):
        assert after <= level + 1, title
    below_each = re.split(r"^#+ .*\n", text, flags=re.MULTILINE)[1:]
    after_each = [*found[1:], (0, "")]
    for (level, title), held, (below, _) in zip(found, below_each, after_each, strict=True):
        assert held.strip() or below > level, title


@pytest.mark.parametrize(
    ("question", "title", "state"),
    [
        (ONE, "obecabtagene autoleucel (obe-cel, Aucatzyl)", "; regulator FDA"),
        (TWO, "cilta-cel and ide-cel", ""),
        (["axi-cel", "tisa-cel", "liso-cel"], "axi-cel, tisa-cel and liso-cel", ""),
        (QUESTIONS[4], "axi-cel, tisa-cel and liso-cel", "; regulator EMA; disease LBCL"),
        (
            QUESTIONS[5],
            None,
            "; regulator FDA; labels as they stood on 2022-05-01, results as known today",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_brief_begins_with_what_it_is_of(
    question: list[str], title: str | None, state: str
) -> None:
    data = CATALOG.dataset
    first, _, second, *_ = md(question).splitlines()
    assert title is None or first == f"# {title}"
    assert second == f"Data {data.version}, as of {data.as_of}{state}"
    page = html(question)
    assert [text for path, text in page.texts if path[-1:] == ("h1",)] == [first[2:]]
    assert second in [text for _, text in page.texts]


def test_one_product_is_told_section_by_section() -> None:
    told = [title for level, title in headings(md(["tisa-cel"])) if level < 4]
    assert told[1:] == [
        "In short", "In full", "Identity", "Indications", "Dose", "Lymphodepletion",
        "Monitoring after infusion", "Boxed warning", "Other warnings",
        "Key outcomes of the pivotal trials", "CRS and neurologic toxicity",
        "Other frequent adverse reactions", "Manufacture and storage", "Construct",
        "Regulatory timeline", "Trials and studies", "Sources",
    ]  # fmt: skip


def test_several_products_are_compared_first_and_not_told_twice() -> None:
    told = headings(md(TWO))
    chapters = [title for level, title in told if level == 2]
    assert chapters == [
        "In short", "Side by side", "ciltacabtagene autoleucel (cilta-cel, Carvykti)",
        "idecabtagene vicleucel (ide-cel, Abecma)", "Sources",
    ]  # fmt: skip
    sections = Counter(title for level, title in told if level == 3)
    assert sections["Key outcomes of the pivotal trials"] == 1
    assert sections["Boxed warning, FDA"] == 1
    assert sections["Boxed warning"] == 0, "notes alone must not pass for the warning"
    assert sections["Notes on the boxed warning"] == 2
    assert md(TWO).count("stand above, side by side with those of the other products.") == 2
    assert sections["Indications"] == 3
    boxed = [line for line in md(TWO).splitlines() if "Parkinsonism and Guillain" in line]
    assert len([line for line in boxed if line.startswith("|")]) == 1


def test_the_comparison_is_that_of_compare() -> None:
    rows = [line for line in section(md(TWO), "Side by side") if line.startswith("| ")]
    plain = CliRunner().invoke(app, ["compare", *TWO, "--format", "md"]).stdout.splitlines()
    compared = [line for line in plain if line.startswith("| ") and "%" in line and "*" in line]
    assert len(compared) > 5
    shown = {CITED.sub("", line) for line in rows}
    assert {line for line in compared if line.startswith("|  |")} <= shown


# ---- the numbers


@pytest.mark.parametrize("key", list(CATALOG.products))
@pytest.mark.parametrize("more", [[], ["--regulator", "EMA"]], ids=["all", "EMA"])
def test_tables_say_what_the_json_says(key: str, more: list[str]) -> None:
    text, found = md([key, *more]), product([key, *more])
    held = {title for _, title in headings(text)}
    names = {item["id"]: item["name"] for item in found["trials"]}

    def rate(value: float | None) -> str:
        return "n.k." if value is None else f"{value:g}%"

    uses = [item for item in found["indications"] if item["status"] == "active"]
    assert ("Indications" in held) is bool(found["indications"])
    if uses:
        shown = Counter((row["Regulator"].rstrip("*"), row["Approved"])
                        for row in table(text, "Indications"))  # fmt: skip
        assert shown == Counter((item["regulator"], item["approved"] or "not known")
                                for item in uses)  # fmt: skip
    if "Key outcomes of the pivotal trials" in held:
        known = {
            (names[item["trial"]], str(item["n"] or "n.k."), item["endpoint"])
            for item in found["outcomes"]
        }
        values = {
            (names[item["trial"]], item["endpoint"], f"{item['value']:.10g}")
            for item in found["outcomes"]
            if item["value"] is not None
        }
        for row in table(text, "Key outcomes of the pivotal trials"):
            assert (row["Trial"], row["n"], row["Endpoint"]) in known
            if match := re.match(r"[\d.]+", row["Result (95% CI)"]):
                assert (row["Trial"], row["Endpoint"], match[0]) in values
    rates = {
        (item["term"], str(item["n"] or "n.k."), rate(item["any_grade_pct"]),
         rate(item["grade3plus_pct"]))
        for item in found["adverse_reactions"]
    }  # fmt: skip
    if "CRS and neurologic toxicity" in held:
        for row in table(text, "CRS and neurologic toxicity"):
            told = (row["Event"], row["n"], row.get("Any grade", "n.k."),
                    row.get("Grade 3+", "n.k."))  # fmt: skip
            assert told in rates
    if found["trials"]:
        studies = Counter((row["Trial"], row["NCT"], row["Treated"])
                          for row in table(text, "Trials and studies"))  # fmt: skip
        known_studies = Counter(
            (item["name"], item["nct"] or "", str(item["n_treated"] or "n.k."))
            for item in found["trials"]
        )
        assert studies == known_studies


@pytest.mark.parametrize("key", ["tisa-cel", "ide-cel", "liso-cel", "brexu-cel"])
def test_further_reactions_are_those_of_labels(key: str) -> None:
    text = md([key])
    found = [item for item in product([key])["adverse_reactions"] if item["basis"] != "publication"]
    known = {
        (item["term"], *(f"{rate:g}%" if rate is not None else "n.k." for rate in rates))
        for item in found
        for rates in [(item["any_grade_pct"], item["grade3plus_pct"])]
    }
    lines = section(text, "Other frequent adverse reactions")
    titles = [match[2] for line in lines if (match := HEADING.match(line))]
    assert titles
    for title in titles:
        rows = table(text, title)
        assert 0 < len(rows) <= 12
        if match := re.search(r": the (\d+) most frequent of (\d+)$", title):
            assert len(rows) == int(match[1]) == 12 < int(match[2])
        for row in rows:
            told = (row["Event"], row.get("Any grade", "n.k."), row.get("Grade 3+", "n.k."))
            assert told in known


@pytest.mark.parametrize(
    ("key", "measure"), [("tisa-cel", "reaction"), ("tisa-cel", "laboratory")], ids=" ".join
)
def test_no_more_frequent_reaction_is_left_out(key: str, measure: str) -> None:
    """Of ELIANA's US label text the highest rates stand in the table, and 12 of them."""
    found = sorted(
        (
            max(item["any_grade_pct"] or 0, item["grade3plus_pct"] or 0)
            for item in product([key])["adverse_reactions"]
            if (item["trial"], item["basis"], item["measure"]) == ("eliana", "FDA label", measure)
            and item["event"] not in ("crs", "icans", "neurologic-toxicity")
            and item["manifestation_of"] is None
        ),
        reverse=True,
    )
    lead = "Laboratory abnormalities: " if measure == "laboratory" else ""
    [title] = [
        title
        for _, title in headings(md([key]))
        if title.startswith(f"{lead}ELIANA, paediatric and young adult r/r B-ALL, n = ")
        and "FDA label" in title
    ]
    shown = [
        max(float(cell.rstrip("%")) for cell in row.values() if cell.endswith("%"))
        for row in table(md([key]), title)
    ]
    assert sorted(shown, reverse=True) == found[:12]


# ---- what is not known, and other days


def test_an_investigational_product_is_said_to_be_one() -> None:
    text = md(["anito-cel"])
    assert "anito-cel is investigational: no approval by any regulator" in text.split("## ")[0]
    assert "Indications" not in {title for _, title in headings(text)}
    assert "Boxed warning" not in text
    assert html(["anito-cel"]).tags["h1"] == 1


def test_gaps_are_told_where_they_belong() -> None:
    text = md(ONE)
    assert "not known here; see the label" in "\n".join(section(text, "Lymphodepletion"))
    assert "lymphodepletion for 1 approved use; named below" in "\n".join(section(text, "In short"))


def test_a_past_day_is_told_with_its_doubts_first() -> None:
    text = md(QUESTIONS[5])
    first = text.split("## In short")[0]
    assert "What carries no date is told as it is known today" in first
    dates = re.findall(r"^\| (\d{4}-\d{2}-\d{2})", "\n".join(section(text, "Regulatory timeline")),
                       re.MULTILINE)  # fmt: skip
    assert dates
    assert max(dates) <= "2022-05-01"
    assert all(row["Regulator"].startswith("FDA") for row in table(text, "Indications"))


def test_of_a_regulator_only_its_texts_are_told() -> None:
    text = md(["tisa-cel", "--regulator", "EMA"])
    assert {row["Regulator"].rstrip("*") for row in table(text, "Indications")} == {"EMA"}
    assert "FDA label" not in text
    assert {row["By"].rstrip("*") for row in table(text, "Regulatory timeline")} == {"EMA"}


@pytest.mark.parametrize(
    "names",
    [
        ["奕凯达"],
        ["AXI CEL"],
        ["Yescarta", "axicabtagene ciloleucel"],
        ["axicabtagene", "ciloleucel"],
    ],
    ids=" ".join,
)
def test_a_product_is_found_by_any_name_and_said_once(names: list[str]) -> None:
    assert md(names) == md(["axi-cel"])


# ---- pages


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_page_needs_nothing_else_and_its_anchors_resolve(question: list[str]) -> None:
    found = html(question)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(found.tags)
    assert not any(name.startswith("on") for _, name, _ in found.attributes)
    assert not found.values("src")
    style = "".join(text for path, text in found.texts if path[-1:] == ("style",))
    assert "url(" not in style
    assert "@import" not in style
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    links = [value for tag, name, value in found.attributes if (tag, name) == ("a", "href")]
    assert all(link.startswith(("https://", "#")) for link in links)
    inner = {link[1:] for link in links if link.startswith("#")}
    assert inner <= set(ids)
    targets = {key for key in ids if key.startswith("part-")} | {"sources"}
    assert targets <= inner, "a heading that the contents leave out"
    text = _written(tuple(question), "html")
    cited = [re.sub("<.*?>", "", span) for span in re.findall(r'"refs">\[(.*?)\]</span>', text)]
    used = {number for span in cited for number in numbers(span)}
    listed = [int(key.removeprefix("ref-")) for key in ids if key.startswith("ref-")]
    assert listed == list(range(1, len(listed) + 1))
    assert used == set(listed)
    assert found.tags["svg"] == 2 * found.tags["figure"]
    assert DISCLAIMER in " ".join(text for _, text in found.texts)


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_page_has_the_headings_of_the_markdown(question: list[str]) -> None:
    found = html(question)
    told = [
        (int(path[-1][1]), text.strip())
        for path, text in found.texts
        if path and re.fullmatch(r"h[1-4]", path[-1])
    ]
    assert told == headings(md(question))


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_charts_say_what_the_tables_say(question: list[str]) -> None:
    """Every rate that is drawn stands in the Markdown, which has no charts."""
    text = _written(tuple(question), "html")
    told = re.findall(r"<title>[^<]*: (?:any grade|grade 3 or higher|ORR|CR[^:<]*) ([\d.]+%)", text)
    plain = md(question)
    assert all(rate in plain for rate in told)
    assert bool(told) is ("<figcaption>Response rates" in text or "trial by trial" in text)


def test_charts_stand_in_their_sections() -> None:
    text = _written(("tisa-cel",), "html")
    places = [
        text.index(part, text.index("<h2"))
        for part in (
            ">Key outcomes of the pivotal trials</h3>",
            "<figcaption>Response rates",
            ">CRS and neurologic toxicity</h3>",
            "<figcaption>Cytokine release syndrome (CRS), trial by trial",
            "<figcaption>Neurologic toxicity",
            ">Regulatory timeline</h3>",
            "<figcaption>Approvals and other acts of regulators",
            ">Trials and studies</h3>",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(("question", "count"), [(["tisa-cel"], 0), (TWO, 3)], ids=["one", "two"])
def test_in_print_each_of_several_products_begins_a_page(question: list[str], count: int) -> None:
    classes = html(question).values("class")
    assert sum("apart" in value.split() for value in classes) == count


def test_the_same_question_makes_the_same_page() -> None:
    command = [sys.executable, "-m", "cartref", "report", *ONE, "--format", "html"]
    found = {
        subprocess.run(command, capture_output=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


# ---- pieces


def _forest(*counts: int) -> Forest:
    rows = [
        ForestRow(f"group-{group}", f"row {row}", 10, (Estimate(50),), ())
        for group, count in enumerate(counts)
        for row in range(count)
    ]
    return Forest("Rates", ("any",), tuple(rows), ("A note.",))


@pytest.mark.parametrize(
    ("counts", "titles"),
    [
        ((3, 2), ["Rates"]),
        ((3, 3), ["Rates: group-0", "Rates: group-1"]),
        ((7, 1), ["Rates: group-0, 1 of 2", "Rates: group-0, 2 of 2", "Rates: group-1"]),
    ],
    ids=["it fits", "groups", "a long group"],
)
def test_a_chart_is_cut_between_groups_and_no_row_is_lost(
    counts: tuple[int, ...], titles: list[str]
) -> None:
    whole = _forest(*counts)
    pieces = in_parts(whole, 5)
    assert [piece.title for piece in pieces] == titles
    assert [row for piece in pieces for row in piece.rows] == list(whole.rows)
    assert [piece.notes for piece in pieces] == [()] * (len(pieces) - 1) + [whole.notes]


def test_titles_stand_one_level_below_the_heading_above_them() -> None:
    facts = Facts("Title", (Fact("a", "b"),))
    assert markdown([facts], {}) == "### Title\n\n- **a**: b\n"
    below = markdown([Heading("Part", 3), facts, facts._replace(title=""), Remark("c")], {})
    assert below == "### Part\n\n#### Title\n\n- **a**: b\n\n- **a**: b\n\nc\n"
    assert markdown([Grid((), ())], {}).startswith("|")


# ---- files and misuse


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.md", "# "), ("a.html", "<!DOCTYPE html>"), ("a.HTM", "<!DOCTYPE html>")],
)
def test_a_file_has_the_format_of_its_ending(name: str, begins: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("what was there before")
    result = ask(*ONE, "--output", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    written = path.read_text(encoding="utf-8")
    assert written.startswith(begins)
    assert written == _written(tuple(ONE), "md" if name == "a.md" else "html")
    assert [item.name for item in tmp_path.iterdir()] == [name]


def test_markdown_is_what_stdout_gets() -> None:
    assert ask(*ONE).stdout == md(ONE)


@pytest.mark.parametrize("format", ["md", "html", None])
def test_a_hyphen_is_stdout(
    format: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    chosen = ["--format", format] if format else []
    result = ask(*ONE, "-o", "-", *chosen)
    assert (result.exit_code, list(tmp_path.iterdir())) == (0, [])
    assert result.stdout == _written(tuple(ONE), format or "md")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "report takes a product or several, as in cartref report cilta-cel"),
        (["obe-cel", "-f", "json"], 2, "a report is md or html, not json: cartref product and"),
        (["obe-cel", "-o", "a.csv"], 2, "a report is md or html, not csv"),
        (["obe-cel", "-o", "a.svg"], 2, "a report is md or html, not svg"),
        (
            ["obe-cel", "-o", "a"],
            2,
            "--output a: name a --format, or end the name in .md .html .htm",
        ),
        (["obe-cel", "-o", "a.md", "-f", "html"], 2, "ask for different things"),
        (["obe-cel", "-o", "no-such-folder/a.md"], 1, "cannot be written: No such file"),
        (["evicel", "-o", "a.md"], 3, "evicel"),
        (["obe-cel", "-r", "nobody"], 2, "no regulator 'nobody'"),
        (["obe-cel", "--as-of", "2999-01-01"], 2, "--as-of"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_one_line(
    arguments: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = ask(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    [line] = [line for line in result.stderr.splitlines() if line.casefold().startswith("error")]
    assert said in line
    assert not list(tmp_path.iterdir())


def test_a_page_is_not_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    from cartref.cli.options import Format
    from cartref.cli.report import _form

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(typer.BadParameter, match="not for a terminal: name a file with --output"):
        _form(Format.HTML, None)
    assert _form(None, None).format is Format.MD


@pytest.mark.parametrize(
    ("format", "code", "said"),
    [
        ("md", 0, ""),
        ("html", 1, "error: pictures need the plot extra: pip install 'cartref[plot]'\n"),
    ],
)
def test_only_a_page_needs_the_library(format: str, code: int, said: str) -> None:
    arguments = ["report", "obe-cel", "--format", format]
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIBRARY.format(arguments=arguments)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (found.returncode, found.stderr) == (code, said)
    assert bool(found.stdout) is (code == 0)


def test_of_a_past_day_a_brief_says_no_more_surely_what_differs_than_compare_does() -> None:
    question = ["cilta-cel", "ide-cel", "--as-of", "2023-01-01", "--regulator", "FDA"]
    compared = CliRunner().invoke(app, ["compare", *question, "--only", "monitoring", "-f", "md"])
    topics = ("daily monitoring", "near a centre", "REMS")

    def signs(text: str) -> list[list[str]]:
        rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
        return [row[:2] for row in rows if row[1:2] and row[1] in topics]

    assert len(signs(compared.stdout)) == len(topics)
    assert all(row in signs(md(question)) for row in signs(compared.stdout))
    assert {row[0] for row in signs(compared.stdout)} == {"| "}
