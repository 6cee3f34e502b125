"""Start-up: no command imports what it does not need."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import cartref

# A wheel holds the dataset as JSON too: what reads TOML in the repository reads that instead.
INDEXED = os.path.isdir(os.path.join(os.path.dirname(cartref.__file__), "index"))
HEAVY = {"rich", "rapidfuzz", "tomli", "json", "csv", "unicodedata"}
NEVER = {
    "asyncio", "cartref.render.charts", "cartref.render.page", "cartref.render.plot", "click",
    "http", "httpx", "importlib.metadata", "importlib.resources", "jsonschema", "matplotlib",
    "numpy", "pydantic", "rich.markdown", "socket", "sqlite3", "tomllib",
}  # fmt: skip
PICTURES = {"cartref.cli.pictures", "cartref.render.picture", "cartref.render.rates"}
LIST_MODULES = """
import sys
from cartref.__main__ import main
sys.argv = ["cartref", *{arguments!r}]
try:
    main()
except SystemExit:
    pass
print("\\n".join(sys.modules), file=sys.stderr)
"""


def _modules(arguments: list[str]) -> set[str]:
    """The modules that stand in memory once a command has run."""
    found = subprocess.run(
        [sys.executable, "-c", LIST_MODULES.format(arguments=arguments)],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", "TERM": "dumb"},
    )
    return set(found.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--help"], set()),
        (["product", "--help"], set()),
        (["nonsense"], set()),
        (["--version"], {"tomli"}),
        (["product", "cilta-cel", "--json"], {"tomli", "json"}),
        (["product", "--json"], {"tomli", "json", "unicodedata"}),
        (["product", "cilta-cel", "--format", "tsv"], {"tomli"}),
        (["product", "cilta-cel", "--format", "csv"], {"tomli", "csv"}),
        (["product", "cilta-cel", "--format", "table"], {"tomli", "rich", "unicodedata", "json"}),
        (["product", "carvicti", "--json"], {"tomli", "json", "rapidfuzz", "unicodedata"}),
        (["indication", "DLBCL", "--json"], {"tomli", "json"}),
        (["eligibility", "cilta-cel", "--json"], {"tomli", "json"}),
        (["side-effects", "cilta-cel", "--json"], {"tomli", "json"}),
        (["product", "cilta-cel", "--as-of", "2023-01-01", "--json"], {"tomli", "json"}),
        (["compare", "cilta-cel", "ide-cel", "--json"], {"tomli", "json"}),
        (["compare", "cilta-cel", "ide-cel", "--format", "tsv"], {"tomli"}),
        (["report", "obe-cel"], {"tomli"}),
        (["report", "cilta-cel", "ide-cel", "--format", "md"], {"tomli", "unicodedata"}),
        (["trial", "ZUMA-7", "--json"], {"tomli", "json"}),
        (["timeline", "--json"], {"tomli", "json"}),
        (["side-effects", "CRS", "--format", "tsv"], {"tomli", "unicodedata"}),
        (["side-effects", "CRS", "--format", "table"], {"tomli", "rich", "unicodedata", "json"}),
        (["indication", "DLBCL", "--format", "table"], {"tomli", "rich", "unicodedata", "json"}),
        (["pathway", "cilta-cel", "--json"], {"tomli", "json"}),
        (["explain", "leukapheresis", "--json"], {"tomli", "json"}),
        (["search", "tocilizumab", "--json"], {"tomli", "json", "unicodedata"}),
        (["source", "maude-2018-eliana-nejm", "--json"], {"tomli", "json"}),
        (["data", "export", "--format", "ndjson"], {"tomli", "json"}),
        (["data", "info", "--json"], {"tomli", "json"}),
        (["data", "freshness", "--help"], set()),
        (["resolve", os.devnull], {"tomli", "json", "csv"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], needed: set[str]) -> None:
    if INDEXED and "tomli" in needed:
        needed = needed - {"tomli"} | {"json"}
    modules = _modules(arguments)
    assert modules & NEVER == set()
    assert modules & HEAVY <= needed
    assert not modules & PICTURES or "table" in arguments


@pytest.mark.parametrize(
    ("question", "files"),
    [
        (
            ["product", "obe-cel", "--json"],
            {
                "products.toml",
                "labels/obe-cel.toml",
                "trials/obe-cel.toml",
                "sources/obe-cel.toml",
                "sources/shared.toml",
            },
        ),
        (
            ["product", "im19", "--json"],
            {"products.toml", "labels/im19.toml", "sources/im19.toml"},
        ),
        (
            ["explain", "leukapheresis", "--json"],
            {"products.toml", "terms.toml", "sources/shared.toml", "sources/vocabulary.toml"},
        ),
        (
            ["pathway", "--json"],
            {"products.toml", "pathway.toml", "sources/shared.toml", "sources/vocabulary.toml"},
        ),
    ],
    ids=["product", "investigational product", "term", "pathway"],
)
def test_a_question_reads_only_the_files_it_needs(
    question: list[str], files: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from cartref import loading
    from cartref.cli import build

    read: list[str] = []
    reading = loading.read

    def remember(directory: str, file: str) -> dict[str, tuple[object, ...]]:
        read.append(file)
        return reading(directory, file)

    monkeypatch.setattr(loading, "read", remember)
    CliRunner().invoke(build(), question)
    assert set(read) == files
    assert len(read) == len(set(read))
