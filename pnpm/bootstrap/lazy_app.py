"""The program, loaded when it is needed: what readers see sooner than the whole, which waits until
somebody asks for the office.

Whoever starts the site reads this file by its path: it needs nothing of the program, and little of
Python.
"""

import hashlib
import json
import os
import sys
from _thread import allocate_lock

FOLDERS = "pnpm", "templates", "static"  # the program's
OFFICE = "/admin"  # in the path of whatever is the office's


class Loading:
    """A WSGI application that `load(with_office, before)` gives when it is needed first.

    `before` is what it takes the place of: the site without the office, or None. If it raises an
    error, `page(error)` answers.
    """

    def __init__(self, load, page):
        self.load, self.page, self.lock = load, page, allocate_lock()
        self.site, self.is_whole = None, False

    def __call__(self, environ, start_response):
        """The site's answer."""
        return self._site(OFFICE in environ.get("PATH_INFO", ""))(environ, start_response)

    def _site(self, is_office):
        """What keeps the whole from being loaded keeps nobody from reading."""
        if not self._has(is_office):
            with self.lock:
                if not self._has(is_office):
                    try:
                        self.site, self.is_whole = self.load(is_office, self.site), is_office
                    except Exception as error:
                        if self.site:
                            return self.page(error)
                        self.site, self.is_whole = self.page(error), True
        return self.site

    def _has(self, is_office):
        return self.site and (self.is_whole or not is_office)


def known_as(home, instance, settings):
    """Another word whenever a file of the program, a package or a setting is another."""
    packages = [path for path in sys.path if path.endswith("-packages")]
    files = [path for folder in FOLDERS for path in _files(os.path.join(home, folder))]
    states = [
        _state(path) for path in [*sorted(files), *packages, os.path.join(instance, "config.py")]
    ]
    given = sorted((name, value) for name, value in settings.items() if name.startswith("PNPM_"))
    return hashlib.sha256(json.dumps([states, given]).encode()).hexdigest()


def _files(folder):
    for top, folders, names in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        yield from (os.path.join(top, name) for name in names)


def _state(path):
    try:
        found = os.stat(path)
    except OSError:
        return path
    return path, found.st_ino, found.st_size, found.st_mtime_ns
