"""The build's one check: a wheel without the front-end files would start, and show bare pages. Refuse to build it."""

import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("src/kept/web/static/vendor")


class FrontEndFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Looks whether every file that the manifest names is there; an editable install comes first and passes."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Raise RuntimeError where a file is missing, with what to do."""
        if version == "editable":
            return
        vendor = Path(self.root) / VENDOR
        manifest = vendor / "manifest.json"
        if not manifest.is_file():
            raise RuntimeError("The front-end files are missing: run `make setup` first, then build.")
        packages = json.loads(manifest.read_text(encoding="utf-8"))["packages"]
        missing = [name for package in packages for name in package["files"] if not (vendor / name).is_file()]
        if missing:
            raise RuntimeError(f"Front-end files are missing: {', '.join(missing)}. Run `make setup`, then build.")
