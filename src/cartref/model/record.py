"""What every record class is made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[_T]) -> type[_T]:
    """Make a frozen, slotted dataclass without the generated methods that nobody calls.

    Comparison and representation would double the time that creating the classes takes at
    every start. Records are compared by their id; the representation below is shared.
    """
    made = dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)(cls)
    setattr(made, "__repr__", _representation)  # noqa: B010 - mypy knows no method here
    return made


def _representation(self: object) -> str:
    """Show the class and the fields that are known."""
    names: tuple[str, ...] = type(self).__slots__  # type: ignore[attr-defined]
    known = ((name, getattr(self, name)) for name in names)
    shown = ", ".join(f"{name}={value!r}" for name, value in known if value not in (None, ()))
    return f"{type(self).__name__}({shown})"
