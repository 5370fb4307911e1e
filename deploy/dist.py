"""Builds the release: one zip with everything to upload and nothing else, the same bytes from the
same commit on any machine.

`python -m deploy.dist` writes it, and its checksum, into dist/. It holds what is committed, not
what is in the working tree.
"""

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
UPLOADED = (
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "deploy/*",
    "docs/*",
    "instance/.gitkeep",
    "passenger_wsgi.py",
    "pnpm/*",
    "requirements*.txt",
    "static/*",
    "templates/*",
    "wsgi.py",
)
# needed to build a release, not to run one
KEPT_HERE = ("deploy/dist.py", "*.po", "*/babel.cfg")
# the last file in the zip: servers that watch it restart once everything else is unpacked
RESTART = "tmp/restart.txt"
UNIX = 3  # says in a zip that the permissions are Unix's


class Entry(NamedTuple):
    """A committed file: its path, its Unix mode, its bytes."""

    name: str
    mode: int
    content: bytes


def build(repository: Path, target: Path) -> Path:
    """Write the zip of the repository's HEAD and its checksum into `target`; return the zip's
    path.
    """
    content = pack(list(entries(repository)), moment(repository))
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"pnpm-{version(repository)}.zip"
    path.write_bytes(content)
    Path(f"{path}.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n")
    return path


def version(repository: Path) -> str:
    """Return the release's version, which only setup.cfg says."""
    parser = ConfigParser()
    parser.read_string(_git(repository, "show", "HEAD:setup.cfg").decode())
    return parser["metadata"]["version"]


def moment(repository: Path) -> datetime:
    """Return when HEAD was committed, in UTC: the time of every file in the zip."""
    return datetime.fromtimestamp(int(_git(repository, "log", "-1", "--format=%ct")), UTC)


def entries(repository: Path) -> Iterator[Entry]:
    """Yield every file that is uploaded, in the order of the names. ValueError for a link or a
    submodule.
    """
    listed = _git(repository, "ls-tree", "-r", "-z", "--full-tree", "HEAD").decode()
    for line in sorted(listed.split("\0")[:-1], key=_name):
        mode, kind, number = line.split("\t")[0].split()
        name = _name(line)
        if _is_uploaded(name):
            if kind != "blob" or mode not in ("100644", "100755"):
                raise ValueError(f"{name}: only plain files can be uploaded")
            yield Entry(name, int(mode, 8), _git(repository, "cat-file", "blob", number))


def pack(entries: list[Entry], moment: datetime) -> bytes:
    """Return the zip's bytes. Its files are stored, not compressed, since zlib's output differs
    from build to build.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for entry in [*entries, Entry(RESTART, 0o100644, b"")]:
            info = zipfile.ZipInfo(entry.name, moment.timetuple()[:6])
            info.create_system = UNIX
            info.external_attr = entry.mode << 16
            archive.writestr(info, entry.content)
    return buffer.getvalue()


def _name(line):
    """Return the path in a line of `git ls-tree`."""
    return line.partition("\t")[2]


def _is_uploaded(name):
    if any(fnmatch(name, pattern) for pattern in KEPT_HERE):
        return False
    return any(fnmatch(name, pattern) for pattern in UPLOADED)


def _git(repository, *arguments):
    command = ["git", "-C", repository, *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603


if __name__ == "__main__":
    path = build(TOP, TOP / "dist")
    sys.stdout.write(
        f"{path.relative_to(TOP)}, {path.stat().st_size / 1e6:.1f} MB; {path.name}.sha256 "
        "beside it\n"
    )
