"""Options that are given twice, of which the library would let the last win in silence."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from collections import Counter
from collections.abc import Sequence
from typing import Any

import typer


def refuse_repeats(command: Any, words: Sequence[str]) -> None:
    """Refuse an option that takes one value and is given more than once.

    Args:
        command: the command, as ``typer.main.get_command`` makes it
        words: the words behind its name

    Raises:
        typer.BadParameter: an option is given more than once
    """
    told: Counter[str] = Counter()
    single, waiting = _single(command), False
    for word in words:
        if waiting:  # the value of the option before
            waiting = False
        elif word == "--":
            break
        elif word in getattr(command, "commands", ()):
            command = command.commands[word]
            single = _single(command)
        else:
            name, equals, _ = word.partition("=")
            option = single.get(name) or single.get(word[:2])
            waiting = name in single and not equals
            told[option or ""] += option is not None
    for option, times in told.items():
        if times > 1:
            raise typer.BadParameter(f"{option} is given {times} times: give it once")


def _single(command: Any) -> dict[str, str]:
    """The options of a command that take one value: each of their names, and the long one."""
    return {
        name: option.opts[0]
        for option in command.params
        if option.param_type_name == "option" and not option.is_flag and not option.multiple
        for name in option.opts
    }
