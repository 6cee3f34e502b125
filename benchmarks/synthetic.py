"""Datasets many times as large as the bundled one, and as whole.

Every record of the bundled dataset stands in each copy with an id, names and codes of its own,
and refers to the records of its copy. The first copy is the bundled dataset itself, so that the
same questions have the same answers. ``python benchmarks/synthetic.py COPIES DIR`` writes one.
"""

from __future__ import annotations

import compileall
import json
import os
import random
import re
import shutil
import sys
from itertools import product
from typing import Any

import tomli
from processes import ROOT

DATA = os.path.join(ROOT, "data")
PACKAGE = os.path.join(ROOT, "src", "cartref")
OWNED = ("labels", "trials", "sources")
SINGLE = ("class.toml", "vocabulary.toml", "shared.toml")  # in those folders, of no one product
REFERENCES = {
    "id", "product", "products", "trial", "trials", "members", "event", "manifestation_of",
    "diseases", "covers", "excludes", "parent", "other_parents", "superseded_by", "related",
    "kinds", "sources",
}  # fmt: skip
NAMES = {"name", "names", "inn", "short_name", "abbreviation", "synonyms", "aliases"}
MORE_NAMES = {"term": {"term"}, "source": {"title"}}
LEAST_APART = 3  # letters in which the marks of two copies differ, more than a typing error
STEP = 1009  # by which the digits of a code move: a hundred times it parts no two codes of ours

# What a template holds where copies differ: the mark of an id, of a name, of an address, and
# the two ends of a code.
ID, NAME, ADDRESS, CODE = "\ue000", "\ue001", "\ue002", "\ue003"
_CODE = re.compile(f"{CODE}([^{CODE}]*){CODE}")


def marks(copies: int) -> list[str]:
    """A word for each copy, such as badoka; the first copy has none."""
    dice = random.Random(3)  # noqa: S311 - words, no secret
    words = list(map("".join, product(*["bdfghjklmnprstvw", "aeiou"] * 3)))
    dice.shuffle(words)
    found: list[str] = []
    for word in words:
        if len(found) == copies - 1:
            break
        apart = (sum(map(str.__ne__, word, other)) for other in found)
        if all(letters >= LEAST_APART for letters in apart):
            found.append(word)
    if len(found) < copies - 1:
        sys.exit(f"there are words for no more than {len(found) + 1} copies")
    return ["", *found]


def template(table: str, key: str, value: Any) -> Any:
    """A value of a record with the places marked in which copies differ."""
    if isinstance(value, dict):
        return {
            inner: template(table, "name" if (key, inner) == ("names", "text") else inner, item)
            for inner, item in value.items()
        }
    if isinstance(value, list):
        return [template(table, key, item) for item in value]
    return _marked(table, key, value) if isinstance(value, str) else value


def _marked(table: str, key: str, text: str) -> str:
    if key in REFERENCES:
        return ID + text
    if key in NAMES or key in MORE_NAMES.get(table, ()):
        return NAME + text
    if key in ("code", "nct"):
        return f"{CODE}{text}{CODE}"
    return text + ADDRESS if key == "url" else text


def shifted(code: str, place: int) -> str:
    """A code of the same shape for another copy: its first digits in a row move."""
    matched = re.search(r"\d{2,}", code)
    if matched is None or place == 0:
        return code
    digits = matched[0]
    moved = (int(digits) + STEP * place) % 10 ** len(digits)
    return f"{code[: matched.start()]}{moved:0{len(digits)}}{code[matched.end() :]}"


def filled(text: str, mark: str, place: int) -> str:
    """A template as one copy has it."""
    text = text.replace(ID, f"{mark}-" if mark else "").replace(NAME, mark)
    text = text.replace(ADDRESS, f"#{mark}" if mark else "")
    return _CODE.sub(lambda code: shifted(code[1], place), text)


def toml(value: Any) -> str:
    """A value as TOML writes it; tables stand in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def parts(path: str) -> tuple[str, str]:
    """A file of the bundled dataset: its head, which stands once, and the template of the rest."""
    with open(path, "rb") as file:
        content = tomli.load(file)
    head, body = "", []
    for key, rows in content.items():
        if isinstance(rows, dict):
            head = "\n".join([f"[{key}]", *(f"{name} = {toml(rows[name])}" for name in rows), ""])
        elif isinstance(rows, str):
            head = f"{key} = {toml(template('', key, rows))}\n"
        else:
            for row in rows:
                body.append(f"\n[[{key}]]")
                body += [f"{name} = {toml(template(key, name, row[name]))}" for name in row]
    return head, "\n".join(body) + "\n"


def write(folder: str, copies: int) -> int:
    """Write a dataset of so many copies; returns its size in bytes."""
    words = marks(copies)
    for kind in ("", *OWNED):
        os.makedirs(os.path.join(folder, kind), exist_ok=True)
        for name in sorted(os.listdir(os.path.join(DATA, kind))):
            if not name.endswith(".toml"):
                continue
            head, body = parts(os.path.join(DATA, kind, name))
            if kind and name not in SINGLE:
                for place, mark in enumerate(words):
                    file = f"{mark}-{name}" if mark else name
                    _save(os.path.join(folder, kind, file), filled(head + body, mark, place))
            else:
                rest = (filled(body, mark, place) for place, mark in enumerate(words))
                _save(os.path.join(folder, kind, name), head + "".join(rest))
    return sum(
        os.path.getsize(os.path.join(place, name))
        for place, _, names in os.walk(folder)
        for name in names
    )


def _save(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def install(folder: str, copies: int) -> int:
    """Put the package into a folder, compiled, beside a dataset of so many copies.

    Returns:
        the size of the dataset in bytes
    """
    package = os.path.join(folder, "cartref")
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    compileall.compile_dir(package, quiet=1)
    return write(os.path.join(package, "data"), copies)


if __name__ == "__main__":
    print(f"{write(sys.argv[2], int(sys.argv[1])):,} bytes")
