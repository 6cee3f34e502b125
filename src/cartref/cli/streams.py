"""Streams that survive any encoding, closed ends and signals; errors that end in one line."""

from __future__ import annotations

import codecs
import os
import signal
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_PLAIN = {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "x",
    "°": " deg ",
    "µ": "u",
    "–": "-",
    "—": "-",
    "─": "-",
    "━": "-",
    "█": "#",
    "▌": "-",
    "…": "...",
    "●": "o",
    "○": "+",
    "◉": "@",
    "├": "|",
    "┤": "|",
    "▲": "^",
    "®": "",
    "™": "",
    "²": "2",
}


def _nearest_plain(error: UnicodeError) -> tuple[str, int]:
    """Write what an encoding lacks in characters that it has, or as an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    plain = "".join(
        _PLAIN[char] if char in _PLAIN else char.encode("ascii", "backslashreplace").decode()
        for char in lost
    )
    return plain, error.end


def written_out(text: str, kept: str = "") -> str:
    """A text whose signs that steer a terminal, or that nobody sees, are written out.

    Args:
        text: the text
        kept: signs that stay as they are
    """
    from cartref.spelling import is_seen

    if is_seen(text):
        return text
    return "".join(
        sign if is_seen(sign) or sign in kept else sign.encode("unicode_escape").decode()
        for sign in text
    )


def abandon(stream: IO[str]) -> None:
    """Let what is left for a stream that takes no more go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def survive() -> Iterator[None]:
    """Let no encoding, closed stream, signal or mistake of ours end in more than one line."""
    codecs.register_error("cartref", _nearest_plain)
    _stand_in()
    _clean_up_when_told_to_end()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="cartref")
    try:
        yield
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # the library takes it for an error
            _leave(sys.stdout)
        raise
    except BrokenPipeError:
        _leave(sys.stdout)
    except OSError as error:
        abandon(sys.stdout)
        _end(f"the answer cannot be written: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - a reader has no use for a traceback
        if _came:  # what a signal raises, an import may turn into an error of its own
            sys.exit(128 + _came[0])
        _end(*_told(error))
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            abandon(sys.stdout)


def _stand_in() -> None:
    """Take the places of closed streams, so that no file that is opened later takes them.

    Who writes to a closed stdout is told so; what goes to a closed stderr is lost.
    """
    if sys.stdin is None:
        os.open(os.devnull, os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _clean_up_when_told_to_end() -> None:
    """Let the signals that end a process run what takes drafts of files away, as Ctrl-C does."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        ends = (signal.SIG_DFL, signal.default_int_handler)
        if number is not None and signal.getsignal(number) in ends:
            signal.signal(number, _stop)


_came: list[int] = []  # the signals that came


def _stop(number: int, _: FrameType | None) -> NoReturn:
    _came.append(number)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def _leave(stream: IO[str]) -> NoReturn:
    """End without a word, since whoever reads has enough."""
    abandon(stream)
    sys.exit(0)


def _end(message: str, code: int = 1) -> NoReturn:
    from cartref.cli.answer import note

    note(f"error: {message}")
    sys.exit(code)


def _told(error: Exception) -> tuple[str, int]:
    """What to say of an error that ends the program, and the exit code.

    Those of the command line know their words, and the command whose help tells more.
    """
    if not hasattr(error, "format_message"):
        at = error.__traceback__
        while at and at.tb_next:
            at = at.tb_next
        place = f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at else ""
        return f"internal error in {place}: {type(error).__name__}: {error}; please report it", 1
    context, code = getattr(error, "ctx", None), getattr(error, "exit_code", 2)
    message = str(error.format_message())
    if context and message == context.get_help():  # asked for nothing: the help is the answer
        sys.stderr.write(f"{message}\n")
        sys.exit(code)
    message = message.removeprefix("Invalid value: ").removesuffix(".")
    command = context.command_path if context else "cartref"
    return f"{message[:1].lower()}{message[1:]}; see {command} --help", code
