"""The records of the dataset: frozen dataclasses, and the closed vocabularies they use.

The annotations here are the one description of the data. The loader checks TOML against
them, the JSON Schema is generated from them, and the docstrings supply its descriptions.

Dates are ISO 8601 strings of known precision: ``2024-04-05``, ``2024-04`` or ``2024``.
A value that is not known is ``None``; nothing is ever guessed. Percentages are numbers
from 0 to 100, ages are years, onsets and durations are days, doses are cells.
"""
