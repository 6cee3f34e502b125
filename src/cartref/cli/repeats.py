"""Options that are given twice, of which the library would let the last win in silence."""

# No postponed annotations here: Typer would evaluate each of them at every start.
from collections import Counter
from collections.abc import Mapping, Sequence
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
    options, waiting = _with_values(command), False
    for word in words:
        if waiting:  # the value of the option before
            waiting = False
        elif word == "--":
            break
        elif word in getattr(command, "commands", ()):
            command = command.commands[word]
            options = _with_values(command)
        elif word.startswith("-"):
            option, waiting = _meant(word, options)
            if option is not None and not option.multiple:
                told[option.opts[0]] += 1
    for name, times in told.items():
        if times > 1:
            raise typer.BadParameter(f"{name} is given {times} times: give it once")


def _with_values(command: Any) -> dict[str, Any]:
    """The options of a command that take values, by each of their names."""
    return {
        name: option
        for option in command.params
        if option.param_type_name == "option" and not option.is_flag
        for name in option.opts
    }


def _meant(word: str, options: Mapping[str, Any]) -> tuple[Any | None, bool]:
    """The option of a word that takes a value, and whether that is the next word.

    Several short options may stand in one word: in -sr FDA the second takes the value.
    """
    if word.startswith("--"):
        name, equals, _ = word.partition("=")
        return options.get(name), name in options and not equals
    for place, sign in enumerate(word[1:], 2):
        if option := options.get(f"-{sign}"):
            return option, place == len(word)
    return None, False
