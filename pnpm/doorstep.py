"""Pages kept on the disk and answered before the program is loaded, as long as nothing in the database's file has changed.

Loading the program takes half a second, which plain CGI pays for every page, and Passenger for the first after a rest. What
readers see is loaded sooner than the whole, which waits until somebody asks for the office. Whoever starts the site reads this
file by its path: it needs nothing of the program, and little of Python.
"""

import gzip
import hashlib
import json
import os
import time
from _thread import allocate_lock

FOLDER = "kept"  # in the instance folder
MOST = 256  # pages
HOURS = 12  # a page is good for: the token of its form is good for a week
SETTLED = 2  # seconds: how coarse a time of change can be, and how wrong the clock of a file server
PARTS = "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "HTTP_X_FORWARDED_PROTO"  # what else a page depends on
OFFICE = "/admin"  # in the path of whatever is the office's
OURS = "pnpm.doorstep"  # in the environ of a request


class Doorstep:
    """A WSGI application before the site, which `load(with_office, before)` gives when it is needed first.

    `before` is what it takes the place of: the site without the office, or None. If it raises an error, `page(error)` answers.
    """

    def __init__(self, home, settings, load, page):
        self.folder = os.path.join(settings.get("PNPM_INSTANCE") or os.path.join(home, "instance"), FOLDER)
        self.sources = [os.path.join(home, name) for name in ("passenger_wsgi.py", "tmp/restart.txt")]
        self.sources.append(os.path.join(os.path.dirname(self.folder), "config.py"))
        self.settings = _digest(sorted((name, value) for name, value in settings.items() if name.startswith("PNPM_")))
        self.program = self._program()  # what this process loads is of now, whatever is put in its place while it runs
        self.load, self.page, self.lock = load, page, allocate_lock()
        self.site, self.is_whole = None, False
        self.rested = {}  # what this process keeps here: of each key the stamp and the tag

    def __call__(self, environ, start_response):
        """A kept page, or the site's answer."""
        if self.site is None and (page := self._kept(environ)):
            status, headers, body = message(page["etag"], page["headers"], page["body"], environ)
            start_response(status, list(headers.items()))
            return [body]
        key, begun = _key(environ), time.time()
        environ[OURS] = lambda *page: self._keep(key, begun, *page)
        return self._loaded(OFFICE in environ.get("PATH_INFO", ""))(environ, start_response)

    def _loaded(self, is_office):
        """The site. What keeps the whole from being loaded keeps nobody from reading."""
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

    def _kept(self, environ):
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
            return None
        try:
            with open(os.path.join(self.folder, _key(environ)), "rb") as file:
                page = json.loads(file.readline())
                page["body"] = file.read()
            is_fresh = page["until"] > time.time() and page["stamp"] == self._stamp(page["database"], self._program())
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return page if is_fresh and hashlib.sha256(page["body"]).hexdigest() == page["digest"] else None

    def _keep(self, key, begun, database, until, etag, headers, body):
        """Keep a page that is good until then, made in a request that began then. It is no trouble if it cannot be kept.

        Not if somebody wrote while it was made, or shortly before: it might be of the time before that.
        """
        stamp = self._stamp(database, self.program)
        if self.rested.get(key) == (stamp, etag) or max(stamp[0][2], stamp[1][2]) / 1e9 > begun - SETTLED:
            return
        page = {"stamp": stamp, "database": database, "until": min(until(), begun + HOURS * 3600), "etag": etag}
        page.update(headers=headers, digest=hashlib.sha256(body).hexdigest())
        try:
            os.makedirs(self.folder, 0o700, exist_ok=True)
            self._make_room()
            _write(os.path.join(self.folder, key), json.dumps(page).encode() + b"\n" + body)
        except OSError:
            return
        self.rested[key] = stamp, etag

    def _make_room(self):
        with os.scandir(self.folder) as found:
            files = sorted((entry.stat().st_mtime, entry.path) for entry in found)
        for _moment, path in files[: -(MOST - 1)]:
            os.unlink(path)
            self.rested.clear()

    def _stamp(self, database, program):
        """Another one whenever the database's file, the program or a setting has changed."""
        return [_state(database), _state(f"{database}-wal"), *program, self.settings]

    def _program(self):
        return [_state(path) for path in self.sources]


def message(etag, headers, compressed, environ):
    """Status, headers and body of the answer to who asks in that environ: 304 to who has it, compressed to who can read that."""
    headers = dict(headers, **{"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"})
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        headers.pop("Content-Type")
        return "304 NOT MODIFIED", headers, b""
    encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
    if "gzip" in encodings and "gzip;q=0" not in encodings.replace(" ", ""):
        return "200 OK", dict(headers, **{"Content-Encoding": "gzip", "Content-Length": str(len(compressed))}), compressed
    body = gzip.decompress(compressed)
    return "200 OK", dict(headers, **{"Content-Length": str(len(body))}), body


def _key(environ):
    return _digest([environ.get(part, "") for part in PARTS])[:32]


def _write(path, content):
    new = f"{path}.{os.getpid()}"
    try:
        with open(new, "wb") as file:
            file.write(content)
        os.replace(new, path)
    except OSError:
        os.unlink(new)
        raise


def _digest(things):
    return hashlib.sha256(json.dumps(things).encode()).hexdigest()


def _state(path):
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return [0, 0, 0]
    return [found.st_ino, found.st_size, found.st_mtime_ns] if found.st_size or not path.endswith("-wal") else [0, 0, 0]
