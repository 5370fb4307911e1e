"""Makes the scripts that readers get of their sources in `static/js`: joined, in one scope that
nothing else sees, with short names and without comments, since a reader pays for each byte.

    make scripts
"""

import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
TERSER = TOP / ".tools/node_modules/.bin/terser"
OPTIONS = "--ecma", "2020", "--mangle", "--compress", "passes=3,unsafe_arrows=true"
APP = TOP / "static/app.js"
COLOR_SCHEME = TOP / "static/color_scheme.js"
WORKER = TOP / "templates/site/_worker.js"  # with what only the site knows, it is /sw.js
MADE = APP, COLOR_SCHEME, WORKER
# the folders of those that do not lie in static/js itself
FOLDERS = {COLOR_SCHEME: "color_scheme", WORKER: "worker"}


def made(target: Path) -> str:
    """Return what one of MADE is to be. CalledProcessError for a source with a fault."""
    folder = TOP / "static/js" / FOLDERS.get(target, "")
    sources = "".join(path.read_text() for path in sorted(folder.glob("*.js")))
    finished = subprocess.run(
        [str(TERSER), *OPTIONS],
        input=f"(()=>{{{sources}}})();",
        capture_output=True,
        text=True,
        check=True,
    )
    if target == WORKER:
        return f"{{% raw %}}{finished.stdout}{{% endraw %}}\n"
    return finished.stdout


if __name__ == "__main__":
    for path in MADE:
        path.write_text(made(path))
        print(path.relative_to(TOP), path.stat().st_size, "bytes")
