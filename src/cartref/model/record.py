"""What every record class is made with."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar, dataclass_transform

_T = TypeVar("_T")
_REQUIRED = object()


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[_T]) -> type[_T]:
    """Make a frozen, slotted dataclass, cheaply.

    ``dataclass`` reads every annotation and writes methods for each class, which for all of ours
    would take 10 ms of every start. Records share a few methods instead, and describe their fields
    as dataclasses do (``dataclasses.fields``, ``replace``) only when somebody asks.
    Records are compared by their id.

    A class made so has:
        fields_: the annotation of each field, as it is written
        defaults_: the default of each field that has one
    """
    body = dict(vars(cls))
    annotations: dict[str, str] = cls.__annotations__
    defaults = {name: body.pop(name) for name in annotations if name in body}
    for name in ("__dict__", "__weakref__"):
        body.pop(name, None)
    body |= {
        "__slots__": tuple(annotations),
        "__init__": _initialise,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__repr__": _represent,
        "__reduce__": _reduce,
        "__dataclass_fields__": _Described(),
        "fields_": annotations,
        "defaults_": defaults,
    }
    made: Any = type(cls.__name__, (), body)
    return made  # type: ignore[no-any-return]


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
    """Set every field to its value or its default."""
    cls = type(self)
    for name in cls.fields_:
        value = values.pop(name, cls.defaults_.get(name, _REQUIRED))
        if value is _REQUIRED:
            raise TypeError(f"{cls.__name__} needs '{name}'")
        object.__setattr__(self, name, value)
    if values:
        raise TypeError(f"{cls.__name__} has no '{min(values)}'")


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    """Refuse every change."""
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field '{name}' of {type(self).__name__}")


def _represent(self: Any) -> str:
    """Show the class and the fields that are known."""
    known = ((name, getattr(self, name)) for name in self.__slots__)
    shown = ", ".join(f"{name}={value!r}" for name, value in known if value not in (None, ()))
    return f"{type(self).__name__}({shown})"


def _reduce(self: Any) -> tuple[Any, ...]:
    """Let a record be copied and pickled."""
    return _again, (type(self), {name: getattr(self, name) for name in self.__slots__})


def _again(cls: Any, values: dict[str, Any]) -> Any:
    """Make a record of these values."""
    return cls(**values)
