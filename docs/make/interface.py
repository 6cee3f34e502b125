"""The public Python interface, from its signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from markup import code, prose, table

import cartref
from cartref import errors
from cartref.catalog import Catalog
from cartref.model.match import Match

if TYPE_CHECKING:
    from collections.abc import Callable


def python() -> str:
    """The public interface: functions, the catalogue, matches and errors."""
    parts = ["## Functions"]
    for name in cartref.__all__:
        if callable(getattr(cartref, name)):
            parts += _callable(f"cartref.{name}", getattr(cartref, name))
    parts += ["## Catalog", *_docstring(Catalog)]
    public = {name: value for name, value in vars(Catalog).items() if not name.startswith("_")}
    read = {
        name: getattr(value, "func", None) or getattr(value, "fget", None)
        for name, value in public.items()
    }
    rows = [
        (f"`{name}`", code(str(item.__annotations__["return"])), _first(item))
        for name, item in read.items()
        if item
    ]
    parts.append(table(["Property", "Type", "What it holds"], rows))
    for name, value in public.items():
        if not read[name]:
            parts += _callable(name, value)
    parts += ["## Match", *_docstring(Match)]
    parts += ["## Errors", "All are in `cartref.errors`."]
    kinds = [
        (f"`{kind.__name__}`", f"`{kind.__mro__[1].__name__}`", str(kind.exit_code), _first(kind))
        for kind in vars(errors).values()
        if inspect.isclass(kind) and issubclass(kind, errors.CartrefError)
    ]
    parts.append(table(["Error", "Is a", "Exit code", "Meaning"], kinds))
    return "\n\n".join(parts)


def _first(item: Any) -> str:
    return prose((item.__doc__ or "").partition("\n")[0])


def _callable(name: str, item: Callable[..., Any]) -> list[str]:
    quoted = re.sub(r"(: |-> )'([^']+)'", r"\1\2", str(inspect.signature(item)))
    signature = re.sub(r"\(self(, )?", "(", quoted)
    return [f"### {name}", f"```python\n{name}{signature}\n```", *_docstring(item)]


def _docstring(item: Any) -> list[str]:
    """A docstring as paragraphs and lists."""
    parts = []
    for block in inspect.cleandoc(item.__doc__ or "").split("\n\n"):
        title, _, listed = block.partition(":\n")
        if title not in ("Args", "Returns", "Raises", "Attributes"):
            parts.append(prose(block))
            continue
        parts.append(f"**{title}**")
        lines = inspect.cleandoc(listed).splitlines()
        items = re.split(r"\n(?! )", "\n".join(lines)) if title != "Returns" else [listed]
        named = (re.sub(r"^([\w.]+): ", r"`\1`: ", prose(line)) for line in items)
        parts.append("\n".join(f"- {line}" for line in named))
    return parts
