"""The program: ``cartref``, or ``python -m cartref``."""

import gc
import sys


def main() -> None:
    """Run the command line; the entry point of the ``cartref`` command.

    One answer makes no garbage worth the search for it, nor do the libraries that it loads, nor
    is what is left worth a last search at the end.
    """
    gc.disable()
    try:
        from cartref.cli import run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
