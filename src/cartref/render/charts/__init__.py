"""What stands where in a picture: forest plots, lanes of years and matrices on a sheet.

Every function lays out its picture from a line downwards and returns where it ends. On a narrow
sheet labels stand above what they label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartref.render.charts import forest, lanes, matrix
from cartref.render.picture import Forest, Swim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartref.render.picture import Picture
    from cartref.render.plot import Sheet


def draw(sheet: Sheet, picture: Picture, y: float, numbers: Mapping[str, int], gid: str) -> float:
    """Draw a picture below ``y``.

    Args:
        sheet: where it is drawn
        picture: what is drawn
        y: where it begins
        numbers: the number of each source
        gid: what the ids of its marks begin with

    Returns:
        where it ends
    """
    if isinstance(picture, Forest):
        return forest.draw(sheet, picture, y, numbers, gid)
    if isinstance(picture, Swim):
        return lanes.draw(sheet, picture, y, gid)
    return matrix.draw(sheet, picture, y, numbers, gid)
