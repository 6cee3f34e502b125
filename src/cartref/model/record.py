"""What every record class is made with."""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass
from typing import Any, NoReturn, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[_T]) -> type[_T]:
    """Make a frozen, slotted dataclass, cheaply.

    ``dataclass`` writes and compiles an ``__init__``, ``__setattr__`` and more for each class,
    which for all of ours would take 10 ms of every start. They share these few instead.
    Records are compared by their id.
    """
    made: Any = dataclass(slots=True, init=False, eq=False, repr=False, match_args=False)(cls)
    made.__init__ = _initialise
    made.__setattr__ = made.__delattr__ = _refuse
    made.__repr__ = _represent
    return made  # type: ignore[no-any-return]


def _initialise(self: Any, **values: Any) -> None:
    """Set every field to its value or its default."""
    cls = type(self)
    for name, field in cls.__dataclass_fields__.items():
        value = values.pop(name, field.default)
        if value is MISSING:
            raise TypeError(f"{cls.__name__} needs '{name}'")
        object.__setattr__(self, name, value)
    if values:
        raise TypeError(f"{cls.__name__} has no '{min(values)}'")


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    """Refuse every change."""
    raise FrozenInstanceError(f"cannot change field '{name}' of {type(self).__name__}")


def _represent(self: Any) -> str:
    """Show the class and the fields that are known."""
    known = ((name, getattr(self, name)) for name in self.__slots__)
    shown = ", ".join(f"{name}={value!r}" for name, value in known if value not in (None, ()))
    return f"{type(self).__name__}({shown})"
