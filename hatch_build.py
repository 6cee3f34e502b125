"""What the wheel holds beside the sources: the dataset, and the same as JSON, which is read faster.

An editable install has neither: there the loader reads the TOML of the repository.
"""

from __future__ import annotations

import json
import os
import tomllib
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface[Any]):
    """Add the index of the dataset to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write a JSON file for each TOML file, and say where it belongs."""
        if version == "editable":
            return
        self._place = TemporaryDirectory()
        data = os.path.join(self.root, "data")
        for folder, _, names in os.walk(data):
            for name in sorted(names):
                file = os.path.relpath(os.path.join(folder, name), data).removesuffix(".toml")
                with open(os.path.join(data, f"{file}.toml"), "rb") as source:
                    content = tomllib.load(source)
                made = os.path.join(self._place.name, file.replace(os.sep, "-") + ".json")
                with open(made, "w", encoding="utf-8") as index:
                    json.dump(content, index, separators=(",", ":"))
                build_data["force_include"][made] = f"cartref/index/{file}.json"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was written for the build."""
        if version != "editable":
            self._place.cleanup()
