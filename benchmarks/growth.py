"""How cost grows with the dataset: the same questions on 1, 10 and 100 times the records.

``python benchmarks/growth.py [SIZE]...`` writes datasets of these sizes (default 1 10 100) into a
temporary directory, each beside a copy of the package, and asks each the same questions, whose
answers about the bundled records stay the same. It prints the milliseconds of the processor, by
how much the cost above an empty command grows for ten times the records, and whether that is
flat, less than linear, linear or worse; then the microseconds a name takes once the index is
ready. 100 times the records are some 160 MB; all of it takes minutes. ``--only TEXT`` keeps the
questions that hold this text.
"""

from __future__ import annotations

import argparse
import json
import math
import shlex
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from typing import TYPE_CHECKING

from processes import Command, environment, interleaved
from synthetic import install

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EMPTY = "product --help"  # reads no data
QUESTIONS = {
    EMPTY: 0,
    "product cilta-cel --json": 0,
    "product cilta-cel --format table": 0,
    "product Carvykti --json": 0,
    "product carvicti --json": 0,
    "product zzqqy --json": 3,
    "product --json": 0,
    "indication DLBCL --json": 0,
    "indication --json": 0,
    "side-effects CRS --json": 0,
    "compare cilta-cel ide-cel --json": 0,
    "eligibility DLBCL --age 58 --prior-lines 2 --json": 0,
    "trial ZUMA-7 --json": 0,
    "timeline --json": 0,
    "timeline --format table": 0,
    "timeline cilta-cel --json": 0,
    "explain leukapheresis --json": 0,
    "source maude-2018-eliana-nejm --json": 0,
    "search tocilizumab --json": 0,
    "data info --json": 0,
    "data export --format ndjson": 0,
    "data check": 0,
}
MOST_ROUNDS = 10  # of one size; larger ones get fewer
NAMES = """
import json, random, string, sys, time
start = time.process_time()
from cartref import load, names
catalog = load()
index = names.index_of(catalog, "product")
for text in ("Carvykti", "kymriah 68 mL", "carvicti", "zzqqyxxa", "NDC 0078-0846"):
    index.match(text)
found = {"ready, all of it in ms": (time.process_time() - start) * 1000}
dice = random.Random(5)
own = [name for name, owner in index.names if owner in sys.argv[1:]]
def edited(name):
    place = dice.randrange(1, len(name))
    return name[:place] + dice.choice(string.ascii_lowercase) + name[place + 1:]
def unknown(_):
    return "".join(dice.choices(string.ascii_lowercase, k=dice.randrange(6, 16)))
ways = {
    "as it is written": lambda name: name,
    "in capitals with a dose": lambda name: name.upper() + " 68 mL",
    "with a typing error": edited,
    "unknown": unknown,
}
for way, dress in ways.items():
    texts = [dress(dice.choice(own)) for _ in range(10_000)]
    start = time.process_time()
    done = 0
    for text in texts:
        index.match(text)
        done += 1
        if time.process_time() - start > 20:
            break
    found[f"{way}, us a name"] = (time.process_time() - start) / done * 1e6
print(json.dumps(found))
"""
ASKED = ("tisa-cel", "axi-cel", "brexu-cel", "liso-cel", "ide-cel", "cilta-cel", "obe-cel")
# Ten times the records may cost as many times as much and still count as the word says.
WORDS = ((1.5, "flat"), (7.0, "less than linear"), (13.0, "linear"), (math.inf, "WORSE"))


def verdict(factor: float) -> str:
    """What a growth for ten times the records is called."""
    return next(word for most, word in WORDS if factor <= most)


def tenfold(costs: Sequence[float], sizes: Sequence[int]) -> list[float]:
    """By how much a cost grows for ten times the records, from each size to the next."""
    pairs = list(zip(sizes, costs, strict=True))
    return [
        (max(more, 1e-9) / max(less, 1e-9)) ** (1 / math.log10(large / small))
        for (small, less), (large, more) in pairwise(pairs)
    ]


def asked_of(folder: str, rounds: int, only: str) -> dict[str, float]:
    """The least milliseconds of the processor of each question to the package in a folder.

    Each is told on stderr as it comes: at a hundred times the records they take minutes.
    """
    variables = {**environment(), "PYTHONPATH": folder}
    found = {}
    for text, code in QUESTIONS.items():
        if only in text or text == EMPTY:
            command = Command([sys.executable, "-m", "cartref", *shlex.split(text)], code)
            times = interleaved({text: command}, rounds, variables, warming=int(rounds > 1))
            found[text] = min(taken.processor for taken in times[text]) * 1000
            print(f"  {text}: {found[text]:,.1f} ms", file=sys.stderr, flush=True)
    return found


def resolved_in(folder: str) -> dict[str, float]:
    """How long names take in one process, by how they are written."""
    done = subprocess.run(
        [sys.executable, "-c", NAMES, *ASKED],
        check=True,
        stdout=subprocess.PIPE,
        env={**environment(), "PYTHONPATH": folder},
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def curve(title: str, sizes: Sequence[int], rows: Mapping[str, Sequence[float]], base: str) -> None:
    """Print what each row costs at each size, and how that grows above a row that reads none."""
    width = max(map(len, (*rows, title))) + 1
    heads = "".join(f"{f'{size}x':>11}" for size in sizes)
    steps = "".join(f"{f'to {size}x':>9}" for size in sizes[1:])
    print(f"\n{title:{width}}{heads}{steps}  verdict", flush=True)
    for name, costs in rows.items():
        line = f"{name:{width}}" + "".join(f"{cost:11,.1f}" for cost in costs)
        if name != base:
            bases = rows.get(base, [0.0] * len(costs))
            above = [max(cost - least, 1.0) for cost, least in zip(costs, bases, strict=True)]
            factors = tenfold(above if base in rows else costs, sizes)
            line += "".join(f"{factor:8.1f}x" for factor in factors)
            line += f"  {verdict(factors[-1])}" if factors else ""
        print(line)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE")
    parser.add_argument("--only", metavar="TEXT", default="", help="questions that hold this text")
    parser.add_argument("--rounds", type=int, default=MOST_ROUNDS, help="rounds at the least size")
    return parser.parse_args()


def main() -> None:
    """Write the datasets one after the other, ask each, and print how the cost grows."""
    asked = arguments()
    sizes = sorted(set(asked.sizes)) or [1, 10, 100]
    questions: dict[str, list[float]] = {}
    names: dict[str, list[float]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            written = install(folder, size)
            wrote = time.perf_counter() - start
            rounds = max(1, round(asked.rounds / size))
            for found, kept in (
                ({} if asked.only else resolved_in(folder), names),
                (asked_of(folder, rounds, asked.only), questions),
            ):
                for name, cost in found.items():
                    kept.setdefault(name, []).append(cost)
            took = time.perf_counter() - start - wrote
        print(
            f"{size}x: {written / 1e6:,.1f} MB, written in {wrote:.1f} s,"
            f" asked {rounds} times in {took:.0f} s",
            flush=True,
        )
    curve("milliseconds of a process", sizes, questions, EMPTY)
    if names:
        curve("names of products in one process", sizes, names, "")


if __name__ == "__main__":
    main()
