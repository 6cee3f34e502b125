"""Rates drawn in one line of signs, for a column of a wide terminal."""

from __future__ import annotations

from cartref.intervals import wilson

HEADING = "0%  ● any  ○ 3+  100%"
WIDTH = len(HEADING)


def strip(any_grade: float | None, grade3plus: float | None, n: int | None) -> str:
    """The rate of any grade with its interval, and that of grade 3 or higher: ``├──●─┤   ○``.

    Every sign stands for five per cent. Without n there is no interval.
    """
    signs = [" "] * WIDTH
    if any_grade is not None and n:
        low, high = (_place(limit) for limit in wilson(any_grade, n))
        signs[low : high + 1] = ["─"] * (high + 1 - low)
        signs[low], signs[high] = "├", "┤"
    if any_grade is not None:
        signs[_place(any_grade)] = "●"
    if grade3plus is not None:
        place = _place(grade3plus)
        signs[place] = "◉" if signs[place] == "●" else "○"
    return "".join(signs)


def _place(percent: float) -> int:
    return round(percent / 100 * (WIDTH - 1))
