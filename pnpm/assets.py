"""The static files as they go out: one stylesheet, names that change with their content, compressed once."""

import gzip
import hashlib
import json
import os
import tempfile
from pathlib import Path

STYLES = {"css": "site.css", "css/office": "office.css"}  # a file a noun, those of a folder joined in the order of their names
INDEX = "names.json"  # beside the files, so that it is never without them


def prepare(source: Path, target: Path) -> dict[str, str]:
    """Put what stands in `source` into `target`, unless it is there already, and give each name's name with its hash.

    Nothing that is there is ever changed or removed, so that several processes may do this at once, and pages of the last
    version still find their files.
    """
    index = target / INDEX
    stamp = _stamp(source)
    known = json.loads(index.read_text()) if index.is_file() else {}
    if known.get("stamp") == stamp:
        return known["names"]
    target.mkdir(parents=True, exist_ok=True)
    names = {name: _put(target, name, content) for name, content in _contents(source).items()}
    _write(index, json.dumps({"stamp": stamp, "names": names}).encode())
    return names


def _files(source):
    return sorted(path for path in source.rglob("*") if path.is_file())


def _stamp(source):
    """Changes when a file does; cheap, since plain CGI pays it on every request."""
    return [[str(path.relative_to(source)), path.stat().st_size, path.stat().st_mtime_ns] for path in _files(source)]


def _contents(source):
    contents = {}
    for path in _files(source):
        folder, name = path.parent.relative_to(source).as_posix(), path.relative_to(source).as_posix()
        if folder in STYLES:
            contents[STYLES[folder]] = contents.get(STYLES[folder], b"") + path.read_bytes() + b"\n"
        else:
            contents[name] = path.read_bytes()
    return contents


def _put(target, name, content):
    stem, ending = os.path.splitext(name)
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{ending}"
    path = target / hashed
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path.with_name(path.name + ".gz"), gzip.compress(content, mtime=0))  # first: who finds the file finds both
        _write(path, content)
    return hashed


def _write(path, content):
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(name, 0o644)
    os.replace(name, path)
