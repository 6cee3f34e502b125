"""Every error that cartref raises on purpose, each with the exit code it ends in.

``CartrefError``
    ``DataError``       1  the dataset is broken: names file, record and key
    ``UsageError``      2  the question itself is wrong, or its answer cannot take that format
    ``NotFoundError``   3  nothing has that name
    ``AmbiguousError``  4  more than one thing has that name
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartref.model.match import Match


class CartrefError(Exception):
    """The root: an error with one clear line for the reader."""

    exit_code = 1


class DataError(CartrefError):
    """The dataset breaks its own rules; the message names file, record and key."""

    exit_code = 1


class UsageError(CartrefError):
    """The question cannot be asked this way; the message says what to do instead."""

    exit_code = 2


class UnresolvedError(CartrefError):
    """A name that means no single record.

    Args:
        message: the line for the reader
        match: how far the name came, with the candidates or suggestions
    """

    def __init__(self, message: str, match: Match) -> None:
        super().__init__(message)
        self.match = match


class NotFoundError(UnresolvedError):
    """No record has this name; the nearest few stand in the message as suggestions only."""

    exit_code = 3


class AmbiguousError(UnresolvedError):
    """Several records have this name; the message names them."""

    exit_code = 4
