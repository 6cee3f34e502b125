"""What every record class is made with."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[_T]) -> type[_T]:
    """Make a frozen dataclass, cheaply.

    ``dataclass`` reads every annotation and writes methods for each class, which for all of ours
    would take 10 ms of every start. Records share a few methods instead, and describe their fields
    as dataclasses do (``dataclasses.fields``, ``replace``) only when somebody asks. A record holds
    the values that it was given; what it was not given is the default, which the class has.
    Records are compared by identity, as objects are.

    A class made so has:
        fields_: the annotation of each field, as it is written
        defaults_: the default of each field that has one
    """
    made: Any = cls
    made.fields_ = cls.__annotations__
    made.defaults_ = {name: getattr(cls, name) for name in made.fields_ if hasattr(cls, name)}
    made.__dataclass_fields__ = _Described()
    made.__init__ = _initialise
    made.__repr__ = _represent
    made.__setattr__ = made.__delattr__ = _refuse
    return cls


def is_record(value: object) -> bool:
    """Whether a value is a record, and no text, number or list."""
    return hasattr(value, "fields_")


def filled(cls: type[_T], values: dict[str, Any]) -> _T:
    """Make a record that holds these values, which are right and become its own."""
    made = object.__new__(cls)
    object.__setattr__(made, "__dict__", values)
    return made


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of a record in their order, each with its value."""
    cls = type(record)
    if cls not in _unknown:
        _unknown[cls] = dict.fromkeys(cls.fields_) | cls.defaults_
    found: dict[str, Any] = _unknown[cls] | vars(record)
    return found


_unknown: dict[type, dict[str, Any]] = {}  # every field of a class, with its default


class _Described:
    """The fields of a record class as dataclasses describe them, made when first asked for."""

    def __get__(self, _: object, cls: Any) -> dict[str, Any]:
        from dataclasses import make_dataclass

        fields = [
            (name, kind, cls.defaults_[name]) if name in cls.defaults_ else (name, kind)
            for name, kind in cls.fields_.items()
        ]
        twin: Any = make_dataclass(
            cls.__name__, fields, init=False, eq=False, repr=False, kw_only=True
        )
        cls.__dataclass_fields__ = twin.__dataclass_fields__
        found: dict[str, Any] = twin.__dataclass_fields__
        return found


def _initialise(self: Any, **values: Any) -> None:
    """Set the fields that are given."""
    cls = type(self)
    if lacking := cls.fields_.keys() - cls.defaults_.keys() - values.keys():
        raise TypeError(f"{cls.__name__} needs '{min(lacking)}'")
    if unknown := values.keys() - cls.fields_.keys():
        raise TypeError(f"{cls.__name__} has no '{min(unknown)}'")
    vars(self).update(values)


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    """Refuse every change."""
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field '{name}' of {type(self).__name__}")


def _represent(self: Any) -> str:
    """Show the class and the fields that are known."""
    known = ", ".join(
        f"{name}={value!r}" for name, value in fields_of(self).items() if value not in (None, ())
    )
    return f"{type(self).__name__}({known})"
