"""``python -m cartref``."""

from cartref.cli import main

if __name__ == "__main__":
    main()
