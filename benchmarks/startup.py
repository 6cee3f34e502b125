"""Time the commands against ``python -c pass`` in the same run, and print medians and ratios.

Run it with the Python that cartref is installed in: ``python benchmarks/startup.py [ROUNDS]``.
The rounds go through all commands in turn, so that a slow moment of the machine hits them all.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

BUDGET = {
    "product cilta-cel --json": 9.0,
    "product tisa-cel --json": 9.0,
    "product cilta-cel --format table": 12.0,
    "product tisa-cel --format table": 12.0,
    "--help": 8.0,
    "product --help": 8.0,
    "product carvicti --json": None,
    "indication DLBCL --json": None,
    "indication DLBCL --format table": None,
    "eligibility cilta-cel --json": None,
    "eligibility DLBCL --age 58 --json": None,
    "eligibility DLBCL --age 58 --format table": None,
    "side-effects CRS --json": None,
    "side-effects CRS --format table": None,
    "compare cilta-cel ide-cel --json": None,
    "compare cilta-cel ide-cel --format table": None,
    "report obe-cel --format md": None,
    "product --json": None,
    "product anito-cel --json": None,
    "product axi-cel --as-of 2024-01-01 --json": None,
    "trial ZUMA-7 --json": None,
    "trial NCT03391466 --json": None,
    "timeline --format table": None,
    "pathway obe-cel --json": None,
    "explain leukapheresis --json": None,
    "explain CRS --format table": None,
    "source maude-2018-eliana-nejm --json": None,
    "search tocilizumab --json": None,
    "resolve /dev/null --json": None,
    "nonsense": None,
}
HELLO = """import typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def hello(name: str = "x") -> None:
    print(name)
app()
"""


def timed(command: list[str]) -> float:
    """Run a command with its output thrown away, and return the seconds it took."""
    environment = {**os.environ, "COLUMNS": "100"}
    start = time.perf_counter()
    subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=environment
    )
    return time.perf_counter() - start


def main() -> None:
    """Time everything and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    cartref = os.path.join(os.path.dirname(sys.executable), "cartref")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "hello-world Typer": [sys.executable, "-c", HELLO],
        **{text: [cartref, *text.split()] for text in BUDGET},
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for place in range(rounds + 1):
        for name, command in commands.items():
            seconds = timed(command)
            if place:  # the first round warms the disk
                times[name].append(seconds)
    base = statistics.median(times["python -c pass"])
    print(f"{'command':42} {'median ms':>9} {'x pass':>7} {'budget':>7}")
    for name, measured in times.items():
        median = statistics.median(measured)
        limit = BUDGET.get(name)
        told = "" if limit is None else f"{limit:g}" + (" !" if median / base > limit else "")
        print(f"{name:42} {median * 1000:9.1f} {median / base:7.2f} {told:>7}")


if __name__ == "__main__":
    main()
