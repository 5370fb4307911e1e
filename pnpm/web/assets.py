"""The static files as they are served: one stylesheet for readers and one for the office, names
that change with the content, compressed once.
"""

import gzip
import hashlib
import json
import os
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote

from pnpm.accent import RED, Shades
from pnpm.files import write

STYLE = "site.css"  # the readers'; the office's comes after it
ICON = "icon.svg"
ACCENTED = STYLE, ICON  # what shows the accent
_STRING = re.compile(rb'("[^"]*")')  # of a stylesheet
# the stylesheets, each of which joins a folder's files in the order of their names
STYLES = {"css": STYLE, "css/admin": "admin.css"}
SOURCES = "js"  # what app.js is made of (`make scripts`), and nobody asks for
INDEX = "names.json"  # beside the files, so that it is never there without them
# an address with a hash in its name; nothing else is served
HASHED = re.compile(r"/[^/.][^/]*\.[0-9a-f]{12}(?:\.[A-Za-z0-9]+)?$")
READABLE = 0o644  # by everybody: a web server may be another user
FOREVER = 365 * 24 * 3600  # seconds: a static file's name changes with its content
# For an Apache that serves the files itself; modules that it lacks are left out.
HTACCESS = f"""# Written by the program.
# Names change with their content, so that a file may be kept for a year.
Options -Indexes
AddType text/css .css
AddType text/javascript .js
AddType image/svg+xml .svg
<IfModule mod_headers.c>
Header set Cache-Control "max-age={FOREVER}, public, immutable"
Header set X-Content-Type-Options "nosniff"
</IfModule>
<IfModule !mod_headers.c>
<IfModule mod_expires.c>
ExpiresActive On
ExpiresDefault "access plus 1 year"
</IfModule>
</IfModule>
<IfModule mod_rewrite.c>
<IfModule mod_headers.c>
RewriteEngine On
RewriteCond %{{HTTP:Accept-Encoding}} gzip
RewriteCond %{{REQUEST_FILENAME}}.gz -f
RewriteRule ^(.+)$ $1.gz [L]
<FilesMatch "\\.gz$">
Header set Content-Encoding gzip
Header merge Vary Accept-Encoding
</FilesMatch>
<FilesMatch "\\.css\\.gz$">
ForceType text/css
</FilesMatch>
<FilesMatch "\\.js\\.gz$">
ForceType text/javascript
</FilesMatch>
<FilesMatch "\\.svg\\.gz$">
ForceType image/svg+xml
</FilesMatch>
</IfModule>
</IfModule>
"""


def known(source: Path, target: Path) -> dict[str, str]:
    """Return the hashed name of each file, by its name in `source`, if `target` has these files
    already; else nothing.
    """
    index = target / INDEX
    if not index.is_file():
        return {}
    found = json.loads(index.read_text())
    if found.get("stamp") != _stamp(source):
        return {}
    return found["names"]


def prepare(source: Path, target: Path) -> dict[str, str]:
    """Put the files of `source` into `target`, unless they are there already; return the hashed
    name of each by its name in `source`.

    Files that are there are never changed or removed, so that several processes may do this at
    once, and pages of the last version still find theirs. OSError if the folder cannot be written
    to.
    """
    if names := known(source, target):
        return names
    target.mkdir(parents=True, exist_ok=True)
    names = {name: _put(target, name, content) for name, content in _contents(source).items()}
    write(target / ".htaccess", HTACCESS.encode(), READABLE)
    write(target / INDEX, json.dumps({"stamp": _stamp(source), "names": names}).encode(), READABLE)
    return names


def accented(target: Path, name: str, shades: Shades) -> str:
    """Return the hashed name of the stylesheet or drawing `name`, one of the hashed ones in
    `target`, with the accent in these shades; it is made unless it is there. OSError if it cannot
    be.
    """
    stem, _hash, ending = name.rsplit(".", 2)
    rule = f":root{{--accent-light:{shades.light};--accent-dark:{shades.dark}}}\n"
    # the hash of what it is made of: to name it, it need not be read
    hashed = f"{stem}.{_hash_of(f'{name} {rule}'.encode())}.{ending}"
    if not (target / hashed).is_file():
        text = (target / name).read_text()
        made = text + rule if ending == "css" else _coloured(text, shades.light)
        _write(target / hashed, made.encode())
        os.utime(target / INDEX)  # for `served`: there is a new file
    return hashed


@lru_cache(16)  # colours: the settings show each that is tried
def data_address(drawing: Path, colour: str) -> str:
    """Return an SVG as a data: URL (RFC 2397), in that colour (`#rrggbb`) in place of the red one:
    a request costs a reader more than so small a file does. OSError if it cannot be read.
    """
    text = _coloured(drawing.read_text().strip(), colour)
    return f"data:image/svg+xml,{quote(text, safe='/:=')}"


def _coloured(drawing, colour):
    return drawing.replace(RED.light, colour)


def served(following: Callable, folder: Path) -> Callable:
    """Return a WSGI application that serves that folder under /static/, to be kept for a year, and
    asks `following` for everything else.

    The folder is listed when the first file is asked for, since plain CGI pays for each start, and
    again when there are new files. What somebody asks for is only looked up in that list, never on
    the disk.
    """

    @cache
    def noise():
        from whitenoise import WhiteNoise

        state = _changed(folder / INDEX)  # before the listing: what comes meanwhile is new
        listed = WhiteNoise(
            following,
            root=folder,
            prefix="static",
            max_age=FOREVER,
            allow_all_origins=False,
            immutable_file_test=lambda path, url: True,
        )
        listed.files = {url: file for url, file in listed.files.items() if HASHED.search(url)}
        listed.state = state
        return listed

    def application(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/static/"):
            return following(environ, start_response)
        if path not in noise().files and noise().state != _changed(folder / INDEX):
            noise.cache_clear()
        return noise()(environ, start_response)

    return application


def _changed(index):
    """Return when the index was written, in nanoseconds; 0 if there is none."""
    try:
        return index.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _files(source):
    return sorted(path for path in source.rglob("*") if path.is_file())


def _stamp(source):
    """Return what changes when a file does: names, sizes and times alone, since plain CGI pays for
    it on every request.
    """
    return [
        [str(path.relative_to(source)), path.stat().st_size, path.stat().st_mtime_ns]
        for path in _files(source)
    ]


def _contents(source):
    """Return the bytes of each file to serve, by name: the stylesheets joined."""
    contents: dict[str, bytes] = {}
    for path in _files(source):
        name = path.relative_to(source)
        sheet = STYLES.get(name.parent.as_posix())
        if name.parts[0] == SOURCES:
            continue
        if sheet:
            contents[sheet] = contents.get(sheet, b"") + _minified(path.read_bytes())
        else:
            contents[name.as_posix()] = path.read_bytes()
    return contents


def _minified(style):
    """Return a stylesheet without its comments and the space that means nothing, which are a third
    of it: a reader pays for each byte. Its strings stay as they are.
    """
    parts = style.split(b"/*")
    rules = parts[0] + b"".join(part.partition(b"*/")[2] for part in parts[1:])
    pieces = _STRING.split(rules.strip())
    pieces[::2] = [_without_space(piece) for piece in pieces[::2]]
    return b"".join(pieces)


def _without_space(piece):
    piece = re.sub(rb" ?([{};,]) ?", rb"\1", re.sub(rb"\s+", rb" ", piece))
    # after a colon comes some in a declaration, and none in a selector
    return piece.replace(b": ", b":").replace(b";}", b"}")


def _put(target, name, content):
    """Write a file and its compressed twin under the hashed name, and return that."""
    stem, ending = os.path.splitext(name)
    hashed = f"{stem}.{_hash_of(content)}{ending}"
    path = target / hashed
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, content)
    return hashed


def _hash_of(content):
    return hashlib.sha256(content).hexdigest()[:12]


def _write(path, content):
    # the compressed one first: who finds the file finds both
    write(path.with_name(f"{path.name}.gz"), gzip.compress(content, mtime=0), READABLE)
    write(path, content, READABLE)
