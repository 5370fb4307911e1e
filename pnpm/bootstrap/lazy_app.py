"""The program, loaded when it is needed: first what readers need, and the rest when somebody asks
for the office.

The starting script reads this file by its path: it imports nothing of the program, and little of
Python.
"""

import hashlib
import json
import os
import sys
from _thread import allocate_lock

FOLDERS = "pnpm", "templates", "static"  # with the program's files
OFFICE = "/admin"  # in the path of every page of the office


class Loading:
    """A WSGI application that is loaded by `load(with_office, before)` at the first request.

    `before` is the application that it replaces: the site without the office, or None. If loading
    fails, `page(error)` answers.
    """

    def __init__(self, load, page):
        self.load = load
        self.page = page
        self.lock = allocate_lock()
        self.site = None
        self.is_whole = False

    def __call__(self, environ, start_response):
        """Answer as the site."""
        return self._site(OFFICE in environ.get("PATH_INFO", ""))(environ, start_response)

    def _site(self, is_office):
        """Return the site, loaded as far as needed; if the office cannot be loaded, readers still
        get the rest.
        """
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
    """Return a hash that changes when a file of the program, a package or a setting changes."""
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
