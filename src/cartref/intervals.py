"""Confidence intervals that are computed here, not read in a source."""

from __future__ import annotations

from math import sqrt

METHOD = "95% Wilson interval, computed from the percentage and n"
COMPUTED = f"* {METHOD}."
Z_95 = 1.959963984540054  # the 97.5th percentile of the normal distribution


def wilson(percent: float, n: int) -> tuple[float, float]:
    """The 95 per cent Wilson score interval of a proportion.

    Args:
        percent: the share in per cent, as printed; its rounding carries into the limits
        n: number of patients counted, at least 1

    Returns:
        the lower and the upper limit in per cent
    """
    share = percent / 100
    spread = Z_95**2 / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(centre - half, 0.0) * 100, min(centre + half, 1.0) * 100
