"""The documentation: its examples run, its links lead somewhere, and it leaves nothing out.

The site itself is built by ``.ci/run``; what stands here needs no mkdocs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import commands
import console
import fields
import fill
import hook
import man
import pytest
import reference
import typer
from jsonschema import Draft202012Validator
from test_readme import needs_jq

import cartref
from cartref import export, history, layout
from cartref.check import RULES, check
from cartref.cli import build
from cartref.schema import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = console.ROOT / "docs"
PAGES = {
    path.relative_to(console.ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [*sorted(DOCS.rglob("*.md")), *(console.ROOT / name for name in fill.FILES)]
}
SITE = {name: text for name, text in PAGES.items() if name.startswith("docs/")}
BLOCKS = [(name, block) for name, text in SITE.items() for block in console.blocks(text)]
PYTHON = [
    (name, code)
    for name, text in PAGES.items()
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
]
SCHEMA = schema()


def _named(items: list[tuple[str, Any]]) -> list[str]:
    """An id for each item of a page: the page and the number of the item."""
    return [f"{name}-{number}" for number, (name, _) in enumerate(items)]


# ---- examples


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=_named(BLOCKS))
def test_examples_of_the_site_run(name: str, block: console.Block) -> None:
    """They end as announced; what they print is put in by the build, never by hand."""
    needs_jq(block)
    assert {"run", "picture"} & {*block.options}, f"{name}: the build would not run it"
    assert not any(block.shown), f"{name}: the output is written by hand"
    with console.checkout() as place:
        console.outputs(block, place)
        if "picture" in block.options:
            assert block.options["alt"]
            assert b"<svg" in (place / block.commands[-1].split()[-1]).read_bytes()


@pytest.mark.parametrize(("name", "code"), PYTHON, ids=_named(PYTHON))
def test_python_examples(name: str, code: str) -> None:
    """Each prints what it says; pandas, Polars and DuckDB need not be installed."""
    for library in re.findall(r"^import (\w+)", code, re.MULTILINE):
        pytest.importorskip(library)
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout.splitlines()
    assert printed == re.findall(r"# prints (.*)", code), name


def test_an_example_that_fails_unannounced_stops_the_build() -> None:
    page = "```console run\n$ cartref product evicel\n```\n"
    with pytest.raises(console.ExampleError, match="ended with 3, not 0"):
        hook.with_examples(page, lambda name, _: name)


def test_colours_of_a_program_stay_out_of_outputs(tmp_path: Path) -> None:
    """Some programs, jq among them, colour on any terminal."""
    told, code = console.run(r"printf '\033[1;39m{}\033[0m \033[mplain\n'", 80, tmp_path)
    assert (told, code) == (["{} plain"], 0)


def test_the_build_puts_outputs_below_commands() -> None:
    block = "```console run first=1\n$ cartref data check\n$ cartref --version\n```"
    page = f"Before.\n\n{block}\n\nAfter."
    shown = hook.with_examples(page, lambda name, _: name)
    assert shown.startswith("Before.\n\n```console\n$ cartref data check\nThe data is clean")
    assert f"\n$ cartref --version\ncartref {cartref.__version__}" in shown
    assert shown.endswith("\n```\n\nAfter.")


def test_the_made_up_product_of_contributing_keeps_every_rule(tmp_path: Path) -> None:
    """Whoever follows the steps ends with clean data, and with a product that answers."""
    data = tmp_path / "data"
    shutil.copytree(console.ROOT / "data", data)
    blocks = re.findall(r"```toml\n# data/(\S+)\n(.*?)```", PAGES["CONTRIBUTING.md"], re.DOTALL)
    assert len(blocks) == 4
    for file, text in blocks:
        with open(data / file, "a", encoding="utf-8") as opened:
            opened.write(f"\n{text}")
    assert check(str(data)) == []
    catalog = cartref.load(data)
    assert len(catalog.label("demo-cel").indications) == 2
    assert len(catalog.study("demo-cel").adverse_reactions) == 3


def test_the_overlay_with_a_newer_text_tells_each_day_its_own(tmp_path: Path) -> None:
    """The bundled record is as it was but for its end, and stands until that day."""
    page = PAGES["docs/overlays.md"]
    blocks = re.findall(r"```toml\n# (\S+)\n(.*?)```", page, re.DOTALL)
    for file, text in blocks:
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_text(text, encoding="utf-8")
    catalog = cartref.load(overlay=tmp_path)
    replaced, added = (
        next(item for item in catalog.label("cilta-cel").doses if item.id == key)
        for key in ("cilta-cel-dose-fda", "example-cilta-cel-dose-fda-2026")
    )
    (bundled,) = (
        item for item in cartref.load().label("cilta-cel").doses if item.id == replaced.id
    )
    assert {**asdict(replaced), "valid_to": None, "origin": "bundled"} == asdict(bundled)
    assert replaced.valid_to == added.valid_from
    (told,) = re.findall(r"--as-of (\d{4}-\d\d-\d\d)` shows the old one", page)
    for day, standing in ((told, replaced), (str(added.valid_from), added)):
        found = history.profile(catalog.profile("cilta-cel"), day, lambda key: {key})[0]
        doses = [item.id for item in found.doses if item.regulator == "FDA"]
        assert doses == [standing.id]


ENVELOPES = re.findall(
    r"^\| (\d) \| (yes|no) \| `(cartref .+?)`: ", SITE["docs/json.md"], re.MULTILINE
)


@pytest.mark.parametrize(
    ("code", "envelope", "command"), ENVELOPES, ids=[command for _, _, command in ENVELOPES]
)
def test_failed_questions_have_an_envelope_as_told(code: str, envelope: str, command: str) -> None:
    with console.checkout() as place:
        printed, ended = console.run(f"{command} 2> /dev/null", 80, place)
        assert not (place / "answer.json").exists()
    assert ended == int(code)
    assert ("\n".join(printed)[:1] == "{") == (envelope == "yes")
    assert bool(printed) == (envelope == "yes")


def test_rows_with_a_prefix_are_no_rows_of_the_schema() -> None:
    (block,) = (
        block for name, block in BLOCKS if name == "docs/json.md" and "resolve" in block.commands[0]
    )
    with console.checkout() as place:
        row = json.loads(console.run(f"{block.commands[0]} 2> /dev/null", 80, place)[0][0])
    assert row["cartref_id"] == "ide-cel"
    assert not Draft202012Validator(SCHEMA).is_valid(row)


# ---- links

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@cache
def _read(name: str) -> str:
    """A page as its readers see it, without blocks of code."""
    text = hook.with_parts(PAGES[name]) if name in SITE else PAGES[name]
    return FENCE.sub("", text)


@cache
def _anchors(name: str) -> set[str]:
    """The anchors of the headings of a page: on the site, or as a forge makes them."""
    found: Counter[str] = Counter()
    anchors = set()
    for heading in re.findall(r"^#{1,4} (.+)$", _read(name), re.MULTILINE):
        slug = re.sub(r"[^\w\s-]", "", heading).strip().lower()
        slug = re.sub(r"[-\s]+" if name in SITE else r"\s", "-", slug)
        number = found[slug]
        anchors.add(f"{slug}{'_' if name in SITE else '-'}{number}" if number else slug)
        found[slug] += 1
    return anchors


def _links(name: str) -> list[tuple[str, str]]:
    """The relative links of a page: file and anchor."""
    targets = re.findall(r"\]\(([^)\s]+)\)", _read(name))
    return [
        (target.partition("#")[0], target.partition("#")[2])
        for target in targets
        if not re.match(r"\w+:", target)
    ]


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    for file, anchor in _links(name):
        path = os.path.normpath(Path(name).parent / file) if file else name
        assert (console.ROOT / path).exists(), file
        assert not anchor or anchor in _anchors(Path(path).as_posix()), f"{file}#{anchor}"


STUBS = [name for name, text in SITE.items() if hook.MADE.search(text)]


@pytest.mark.parametrize("name", STUBS)
def test_a_page_says_to_readers_of_its_source_where_its_text_is(name: str) -> None:
    """Above each part that is made; the site leaves it out."""
    paragraphs = SITE[name].split("\n\n")
    for before, part in pairwise(paragraphs):
        if made := hook.MADE.search(part):
            assert before.startswith(hook.STUB)
            linked = re.search(r"\]\((\S+?)[#)]", before)
            if linked:
                path = os.path.normpath(Path(name).parent / linked[1])
                assert path in made[1]
            else:
                assert f"`python docs/make/show.py {name}` prints" in before
    assert hook.STUB not in hook.with_parts(SITE[name])


def test_a_page_can_be_read_without_the_site() -> None:
    made = subprocess.run(
        [sys.executable, console.ROOT / "docs/make/show.py", DOCS / "dictionary.md"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert made == hook.with_parts(SITE["docs/dictionary.md"])
    assert "\n### labels: [[dose]]\n" in made


def test_every_page_stands_in_the_navigation() -> None:
    listed = re.findall(r"[\w/-]+\.md$", (console.ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(f"docs/{name}" for name in listed) == sorted(SITE)


# ---- nothing is left out


def _typed(found: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of Typer with its words."""
    yield path, found
    for name, below in getattr(found, "commands", {}).items():
        yield from _typed(below, (*path, name))


MANUAL = man.pages()
TYPED = list(_typed(typer.main.get_command(build())))


@pytest.mark.parametrize(("path", "found"), TYPED, ids=[" ".join(path) for path, _ in TYPED])
def test_commands_and_options_are_described(path: tuple[str, ...], found: Any) -> None:
    page = SITE[f"docs/commands/{path[0]}.md" if path else "docs/commands/index.md"]
    site = hook.with_parts(page)
    manual = MANUAL[f"{'-'.join(('cartref', *path))}.1"]
    assert " ".join(("cartref", *path)) in site
    for item in found.params:
        for option in item.opts if item.param_type_name == "option" else ():
            assert re.search(rf"`[^`]*(?<![\w-]){option}\b[^`]*`", site), option
            escaped = re.escape(option.replace("-", "\\-"))
            assert re.search(rf"^\.B .*{escaped}\b", manual, re.MULTILINE), option


@pytest.mark.parametrize("name", sorted(SCHEMA["$defs"]))
def test_records_have_a_table(name: str) -> None:
    part = fields.records().partition(f"### {name}\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|", part, re.MULTILINE)
    assert [row[0] for row in rows] == list(SCHEMA["$defs"][name]["properties"])
    assert all(kind and meaning for _, kind, meaning in rows)


def test_answers_and_envelope_are_described() -> None:
    parts = [part["properties"] for part in SCHEMA["oneOf"] if "properties" in part]
    for keys in parts:
        assert f"| `{keys['command']['const']}` |" in fields.answers()
        assert {*keys} >= {*fields.ENVELOPE}
    assert {*fields.ENVELOPE} == set.intersection(*({*keys} for keys in parts))


def test_a_number_without_a_unit_is_refused() -> None:
    assert fields.unit("any_grade_pct", {"type": "number"}) == "per cent"
    assert fields.unit("onset_range_days", {"type": "array", "items": {"type": "number"}}) == "days"
    with pytest.raises(LookupError, match="furlongs"):
        fields.unit("furlongs", {"type": ["number", "null"]})


def test_the_dictionary_names_every_record_class_of_the_dataset() -> None:
    classes = {cls.__name__ for tables in fields.tables().values() for cls in tables.values()}
    assert classes == {table.record for table in layout.TABLES.values()}
    for name in ("labels/PRODUCT.toml", "trials/PRODUCT.toml", "sources/NAME.toml", "class.toml"):
        assert f"## {name}\n" in fields.dictionary()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rules_are_described(rule: Any) -> None:
    assert f"| `{rule.__name__}` |" in reference.rules()
    assert f"| `{rule.__name__}` |" in PAGES["CONTRIBUTING.md"]


def test_every_generated_part_stands_on_a_page() -> None:
    asked = {word.split()[0] for page in PAGES.values() for word in hook.MADE.findall(page)}
    assert asked == {*reference.PARTS}


def test_commands_without_an_option_are_named() -> None:
    assert reference.without("--data") == "`data schema`"
    assert "`compare`" not in reference.without("--sources")


def test_what_rests_on_no_label_is_counted() -> None:
    """A rate that a label is said to hold is indirect just then."""
    rates = [item for item in export.lists(cartref.load())["adverse_reactions"] if item.indirect]
    number, _, whole = reference.unlabelled("adverse_reactions").partition(" of ")
    assert 0 < len(rates) <= int(number) < int(whole)


def test_environment_variables_are_described() -> None:
    read = {
        name
        for path in (console.ROOT / "src").rglob("*.py")
        for name in re.findall(
            r"""(?:environ(?:\.get\(|\[)|getenv\(|envvar=)["'](\w+)["'](?!\] =)""",
            path.read_text(encoding="utf-8"),
        )
    }
    described = reference.environment()
    assert "`--data` of every command that reads the dataset" in described
    assert {
        found.name
        for found in commands.walk(commands.everything())
        if not found.commands and "CARTREF_DATA" not in found.variables
    } == {"cartref data schema"}
    assert not {name for name in read if f"`{name}`" not in described}


# ---- manual pages


def test_manual_pages_have_their_sections() -> None:
    assert man.pages() == MANUAL
    assert len(MANUAL) == len(TYPED)
    for name, page in MANUAL.items():
        headings = re.findall(r"^\.SH (.+)$", page, re.MULTILINE)
        assert headings[:3] == ["NAME", "SYNOPSIS", "DESCRIPTION"], name
        assert {"OPTIONS", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"} <= {*headings}, name
        assert not re.search(r"^[.'](?!(TH|SH|B|BR|PP|TP|RS|RE|nf|fi)\b)", page, re.MULTILINE), name


@pytest.mark.parametrize(
    "lint",
    [("mandoc", "-Tlint", "-Wwarning"), ("groff", "-man", "-Tutf8", "-ww", "-z")],
    ids=lambda lint: lint[0],
)
def test_manual_pages_are_sound(lint: tuple[str, ...], tmp_path: Path) -> None:
    if shutil.which(lint[0]) is None:
        pytest.skip(f"{lint[0]} is not installed here")
    for name, page in MANUAL.items():
        (tmp_path / name).write_text(page, encoding="utf-8")
    found = subprocess.run(
        [*lint, *sorted(map(str, tmp_path.iterdir()))], capture_output=True, text=True, check=False
    )
    assert (found.stdout, found.stderr) == ("", "")


def test_examples_of_helps_are_parted_rightly() -> None:
    for found in commands.walk(commands.everything()):
        for example in found.examples:
            assert re.search(r"(^|\| )cartref ", example), example
    assert "cut -f3 orders.tsv | cartref resolve --json" in commands.find("resolve").examples
    asked = "jq -r '.results[] | select(.state == \"newer\") | .product'"
    assert f"cartref data freshness --json | {asked}" in commands.find("data freshness").examples
