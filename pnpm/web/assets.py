"""The static files as they go out: one stylesheet, names that change with their content, compressed
once.
"""

import gzip
import hashlib
import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pnpm.files import write

# a file a noun, those of a folder joined in the order of their names
STYLES = {"css": "site.css", "css/admin": "admin.css"}
INDEX = "names.json"  # beside the files, so that it is never without them
# an address of ours; nothing else is given out
HASHED = re.compile(r"/[^/.][^/]*\.[0-9a-f]{12}(?:\.[A-Za-z0-9]+)?$")
READABLE = 0o644  # a web server is another user
FOREVER = 365 * 24 * 3600  # seconds: a static file's name changes with its content
# For an Apache that gives the files out itself; what it does not have, it passes over.
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
    """Each name's name with its hash, if what stands in `source` is in `target` already; else
    nothing.
    """
    index = target / INDEX
    found = json.loads(index.read_text()) if index.is_file() else {}
    return found["names"] if found.get("stamp") == _stamp(source) else {}


def prepare(source: Path, target: Path) -> dict[str, str]:
    """Put what stands in `source` into `target`, unless it is there already, and give each name's
    name with its hash.

    Nothing that is there is ever changed or removed, so that several processes may do this at once,
    and pages of the last version still find their files. OSError if the folder cannot be written
    to.
    """
    if names := known(source, target):
        return names
    target.mkdir(parents=True, exist_ok=True)
    names = {name: _put(target, name, content) for name, content in _contents(source).items()}
    write(target / ".htaccess", HTACCESS.encode(), READABLE)
    write(target / INDEX, json.dumps({"stamp": _stamp(source), "names": names}).encode(), READABLE)
    return names


def served(following: Callable, folder: Path) -> Callable:
    """`following`, and before it the files of that folder under /static/, for a year, where no web
    server in front gives them.

    They are looked through when the first is asked for, and again when there are new ones: plain
    CGI pays for each start. No name that somebody asks for is ever looked up on the disk, only in
    the list that this gives.
    """

    @cache
    def noise():
        from whitenoise import WhiteNoise

        more = {"allow_all_origins": False, "immutable_file_test": lambda path, url: True}
        state = _changed(folder / INDEX)
        listed = WhiteNoise(following, root=folder, prefix="static", max_age=FOREVER, **more)
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
    try:
        return index.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _files(source):
    return sorted(path for path in source.rglob("*") if path.is_file())


def _stamp(source):
    """Changes when a file does; cheap, since plain CGI pays it on every request."""
    return [
        [str(path.relative_to(source)), path.stat().st_size, path.stat().st_mtime_ns]
        for path in _files(source)
    ]


def _contents(source):
    contents: dict[str, bytes] = {}
    for path in _files(source):
        folder, name = (
            path.parent.relative_to(source).as_posix(),
            path.relative_to(source).as_posix(),
        )
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
        write(
            path.with_name(path.name + ".gz"), gzip.compress(content, mtime=0), READABLE
        )  # first: who finds the file finds both
        write(path, content, READABLE)
    return hashed
