"""Every example of README and CONTRIBUTING prints what stands below it."""

from __future__ import annotations

import shutil

import console
import fill
import pytest

TEXTS = {name: (console.ROOT / name).read_text(encoding="utf-8") for name in fill.FILES}
EXAMPLES = [(name, block) for name, text in TEXTS.items() for block in console.blocks(text)]
STALE = "run python docs/make/fill.py, and read what it changes"


def needs_jq(block: console.Block) -> None:
    """Skip an example that a machine without jq cannot run."""
    if any("jq " in command for command in block.commands) and shutil.which("jq") is None:
        pytest.skip("jq is not installed here")


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4
    assert all(block.commands for _, block in EXAMPLES)


@pytest.mark.parametrize(
    ("name", "block"), EXAMPLES, ids=[block.commands[0] for _, block in EXAMPLES]
)
def test_examples_print_what_is_shown(name: str, block: console.Block) -> None:
    needs_jq(block)
    assert fill.printed_now(block) == TEXTS[name][slice(*block.span)], STALE


@pytest.mark.parametrize("name", TEXTS)
def test_tables_are_as_they_are_made(name: str) -> None:
    assert fill.with_tables(TEXTS[name]) == TEXTS[name], STALE
