"""Copy the front-end files that Kept serves out of node_modules into the package, with their licences and a manifest.

Run by ``make setup`` after ``npm ci``. There is no bundler: each file is served as its author shipped it.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
VENDOR = HERE.parent / "src" / "kept" / "web" / "static" / "vendor"

# package -> the files taken from it; order is the order in which pages load the map's scripts
TAKEN = {
    "@tabler/core": ("dist/css/tabler.min.css",),
    "htmx.org": ("dist/htmx.min.js",),
    "layout-base": ("layout-base.js",),
    "cose-base": ("cose-base.js",),
    "cytoscape": ("dist/cytoscape.min.js",),
    "cytoscape-fcose": ("cytoscape-fcose.js",),
}
SOURCE_MAP = re.compile(rb"\n?(?://|/\*)# sourceMappingURL=\S+?(?:\s*\*/)?\s*$")


def main() -> int:
    """Rebuild the vendor folder from scratch; say what is missing instead of leaving half of it."""
    missing = [
        f"{name}/{file}" for name, files in TAKEN.items() for file in files if not (MODULES / name / file).is_file()
    ]
    if missing:
        sys.stderr.write("\n  ".join(["These front-end files did not come; run make setup again:", *missing]) + "\n")
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    packages = [taken(name, files) for name, files in TAKEN.items()]
    (VENDOR / "manifest.json").write_text(json.dumps({"packages": packages}, indent=2) + "\n", encoding="utf-8")
    return 0


def taken(name: str, files: tuple[str, ...]) -> dict[str, object]:
    """Copy one package's files and its licence; give its line of the manifest."""
    package = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
    licence = next(iter(sorted((MODULES / name).glob("LICENSE*"))), None)
    if licence is not None:
        shutil.copyfile(licence, VENDOR / f"{flat(name)}.LICENSE.txt")
    return {
        "name": name,
        "version": package["version"],
        "license": package["license"],
        "files": {Path(file).name: copied(MODULES / name / file) for file in files},
    }


def copied(source: Path) -> str:
    """Copy one file without its pointer to a source map (which is not served); give the SHA-256 of what is served."""
    content = SOURCE_MAP.sub(b"\n", source.read_bytes())
    (VENDOR / source.name).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def flat(name: str) -> str:
    """A package's name as a file name: ``@tabler/core`` -> ``tabler-core``."""
    return name.removeprefix("@").replace("/", "-")


if __name__ == "__main__":
    sys.exit(main())
