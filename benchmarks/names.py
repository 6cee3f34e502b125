"""How safely names are resolved, and how fast, beside the usual ways to match names.

``python benchmarks/names.py`` prints, for generated typing errors, names of others and texts as
people write them, how many were read rightly, refused and read wrongly; then the rows a second
of resolving many names. The sets are those of the tests. ``thefuzz`` is compared if it is
installed: ``pip install -e ".[benchmark]"``. A number behind the command keeps every so many-th
name of the large sets for the slow comparisons (default 20).
"""

from __future__ import annotations

import csv
import difflib
import os
import random
import string
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from functools import partial
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

import cartref
from cartref import load, names
from cartref.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TESTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests")
sys.path.insert(0, TESTS)

from misspellings import distinct, double_edits, letters, single_edits  # noqa: E402

TITLES = f"{'texts':>8} {'right':>9} {'refused':>8} {'wrong':>7}"
ROWS = 1_000_000
LONG = 10_000_000
CATALOG = load()
PRODUCTS = names.index_of(CATALOG, "product")
OWNERS = {fold(name): owner for name, owner in PRODUCTS.names}


# ---- the sets


def listed(file: str) -> list[str]:
    """The lines of a set of names."""
    with open(os.path.join(TESTS, "names", file), encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines if not line.startswith("#")]


def another_name(text: str, owner: str) -> bool:
    """Whether an edit made another name, so that it is no misspelling any more."""
    match = PRODUCTS.match(text)
    return fold(text) in OWNERS or (match.id not in (None, owner) and match.kind != "fuzzy")


def misspelled() -> dict[str, list[tuple[str, str | None]]]:
    """Generated typing errors with the product that each is one of."""
    found: dict[str, list[tuple[str, str | None]]] = {
        "one edit, names of 6 letters or more": [],
        "one edit, development codes": [],
        "two edits, names of 9 letters or more": [],
    }
    for name, owner in distinct(PRODUCTS.names):
        if not name.isascii() or letters(name) < 5:  # noqa: PLR2004
            continue
        group = "one edit, names of 6 letters or more"  # but for codes none has five
        if fold(name) in PRODUCTS.strict:
            group = "one edit, development codes"
        elif letters(name) >= 9:  # noqa: PLR2004
            found["two edits, names of 9 letters or more"] += [
                (text, owner) for text in double_edits(name, 100) if not another_name(text, owner)
            ]
        found[group] += [
            (text, owner) for text in set(single_edits(name)) if not another_name(text, owner)
        ]
    return found


def sets() -> dict[str, list[tuple[str, str | None]]]:
    """All sets: texts with the id that they mean, or none."""
    realistic = [line.split("\t") for line in listed("realistic.tsv")[1:]]
    return {
        **misspelled(),
        "names of drugs": [(text, None) for text in listed("decoys.txt")],
        "near neighbours": [(text, None) for text in listed("neighbours.txt")],
        "texts that name a product": [
            (text, meant)
            for text, meant, kind in realistic
            if kind == "product" and meant in CATALOG.products
        ],
        "texts that name none, or two": [
            (text, None)
            for text, meant, kind in realistic
            if kind == "product" and meant not in CATALOG.products
        ],
    }


# ---- the ways to match


def by_cartref(text: str) -> str | None:
    """Read a name as cartref does."""
    return PRODUCTS.match(text).id


def by_rapidfuzz(text: str) -> str | None:
    """Read a name by the best WRatio of 90 or more."""
    best = process.extractOne(fold(text), OWNERS.keys(), scorer=fuzz.WRatio, score_cutoff=90)
    return OWNERS[best[0]] if best else None


def by_difflib(text: str) -> str | None:
    """Read a name by the best close match."""
    best = difflib.get_close_matches(fold(text), OWNERS, n=1)
    return OWNERS[best[0]] if best else None


def ways() -> dict[str, Callable[[str], str | None]]:
    """Every way to match, by its name."""
    found: dict[str, Callable[[str], str | None]] = {
        "cartref": by_cartref,
        "rapidfuzz WRatio 90": by_rapidfuzz,
        "difflib": by_difflib,
    }
    try:
        from thefuzz import process as older
    except ImportError:
        return found

    def by_thefuzz(text: str) -> str | None:
        best = older.extractOne(fold(text), list(OWNERS), score_cutoff=90)
        return OWNERS[best[0]] if best else None

    return {**found, "thefuzz 90": by_thefuzz}


def judged(read: Callable[[str], str | None], pairs: Iterable[tuple[str, str | None]]) -> str:
    """How a way to match reads a set, as the cells of a row."""
    count: Counter[str] = Counter()
    for text, meant in pairs:
        found = read(text)
        count["right" if found == meant else "refused" if found is None else "wrong"] += 1
    total = count.total()
    return f"{total:8} {count['right'] / total:9.2%} {count['refused']:8} {count['wrong']:7}"


def accuracy(every: int) -> None:
    """Print how each way reads each set."""
    for name, pairs in sets().items():
        print(f"\n{name:38} {TITLES}")
        for way, read in ways().items():
            kept = pairs if way == "cartref" or len(pairs) < 1000 else pairs[::every]  # noqa: PLR2004
            print(f"  {way:36} {judged(read, kept)}")
    diseases = names.index_of(CATALOG, "disease")
    pairs = [
        (text, meant if meant in CATALOG.diseases else None)
        for text, meant, kind in (line.split("\t") for line in listed("realistic.tsv")[1:])
        if kind == "disease"
    ]
    print(f"\n{'texts that name a disease, or none':38} {TITLES}")
    print(f"  {'cartref':36} {judged(lambda text: diseases.match(text).id, pairs)}")
    other = sorted(
        f"'{text}' is a name of {match.id}"
        for name, owner in distinct(PRODUCTS.names)
        if name.isascii()
        for text in set(single_edits(name))
        if another_name(text, owner) and (match := PRODUCTS.match(text)).id not in (None, owner)
    )
    print(f"\nedits that made another real name: {'; '.join(other) or 'none'}")


# ---- speed


def texts(rows: int, distinct_names: int) -> list[str]:
    """Rows with names: a fifth of the distinct ones are ours in some dress, the rest unknown."""
    dice = random.Random(7)  # noqa: S311 - a sample, no secret
    own = [name for name, _ in PRODUCTS.names]
    pool = [
        f"{dice.choice(own)} {dice.randrange(10**6)} mL" if place % 5 == 0 else unknown(dice)
        for place in range(distinct_names)
    ]
    return [dice.choice(pool) for _ in range(rows)]


def unknown(dice: random.Random) -> str:
    """A name that nobody knows."""
    return "".join(dice.choices(string.ascii_lowercase, k=dice.randrange(6, 16)))


def timed(work: Callable[[], object]) -> float:
    """The seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def told(name: str, rows: int, seconds: float, base: float) -> None:
    """Print the rows a second of some work, and how many times longer than a look-up it took."""
    print(f"  {name:44} {rows / seconds:12,.0f} rows/s {seconds / rows / base:8.1f} x dict.get")


def speed() -> None:
    """Print the rows a second with few and with only distinct names, and the ratios."""
    dice = random.Random(11)  # noqa: S311 - a sample, no secret
    for title, rows in (
        (f"{ROWS:,} rows, 1 % distinct", texts(ROWS, ROWS // 100)),
        (f"{ROWS:,} rows, all distinct and unknown", [unknown(dice) for _ in range(ROWS)]),
    ):
        known = dict.fromkeys(rows, "")
        base = timed(partial(list, map(known.get, rows))) / len(rows)
        print(f"\n{title}")
        many = timed(partial(deque, cartref.resolve_many(rows), maxlen=0))
        told("cartref.resolve_many", len(rows), many, base)
        few = rows[:5000]
        each = timed(partial(deque, map(by_rapidfuzz, few), maxlen=0))
        told("process.extractOne (WRatio) for each row", len(few), each, base)
        told("cartref resolve, from file to file", len(rows), by_command(rows), base)


def by_command(rows: list[str]) -> float:
    """The seconds that the command takes from a file to another, with its start."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "names.csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            write = csv.writer(file)
            write.writerow(["row", "drug"])
            write.writerows(enumerate(rows))
        with open(os.path.join(folder, "out.csv"), "wb") as out:
            return timed(
                lambda: subprocess.run([*COMMAND, path, "-c", "drug"], stdout=out, check=True)
            )


COMMAND = [sys.executable, "-m", "cartref", "resolve"]
MEMORY = """
import resource, sys, cartref, random, string
from cartref import names
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
next(iter(cartref.resolve_many(["Carvykti"])))
start = peak()
dice = random.Random(5)
def rows(count, distinct):
    for place in range(count):
        yield f"drug {dice.randrange(distinct)}"
for match in cartref.resolve_many(rows(int(sys.argv[1]), int(sys.argv[2]))): pass
print(f"{peak() - start:.0f}")
"""


def memory() -> None:
    """Print how much the peak of memory grows over ten million rows."""
    print(f"\npeak of memory above start, resolve_many over {LONG:,} rows")
    for title, distinct_names in (
        ("1 % distinct", LONG // 100),
        ("nearly all distinct", LONG * 100),
    ):
        command = [sys.executable, "-c", MEMORY, str(LONG), str(distinct_names)]
        grown = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
        print(f"  {title:44} {grown:>8} MB")


def main() -> None:
    """Print everything; ``--memory`` alone takes minutes, so it must be asked for."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    accuracy(numbers[0] if numbers else 20)
    speed()
    if "--memory" in sys.argv:
        memory()


if __name__ == "__main__":
    main()
