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
    if any_grade is not None:
        limits = wilson(any_grade, n) if n else (None, None)
        signs = list(interval(any_grade, *limits))
    if grade3plus is not None:
        place = _place(grade3plus)
        signs[place] = "◉" if signs[place] == "●" else "○"
    return "".join(signs)


SCALE = "0%       50%     100%"


def interval(value: float, low: float | None, high: float | None) -> str:
    """A rate in per cent with its interval, if it has one, on the same scale."""
    signs = [" "] * WIDTH
    if low is not None and high is not None:
        start, end = _place(low), _place(high)
        signs[start : end + 1] = ["─"] * (end + 1 - start)
        signs[start], signs[end] = "├", "┤"
    signs[_place(value)] = "●"
    return "".join(signs)


def _place(percent: float) -> int:
    return round(percent / 100 * (WIDTH - 1))
