"""Pages kept on the disk and answered before the program is loaded, as long as what they were made
of has not changed.

Loading the program takes half a second, which plain CGI pays for every page, and Passenger for the
first after a rest. Whoever starts the site reads this file by its path: it needs nothing of the
program, and little of Python.
"""

import gzip
import hashlib
import io
import json
import os
import time
from _thread import get_ident

FOLDER = "kept"  # in the instance folder
MOST = 256  # pages of a name
NAMES = (
    # that pages are kept of, 10 kB each: anybody can ask under a name of his own, unless the site
    # has its address as a setting
    6
)
# pages from which on a name is as good as any other: who makes up names asks each for one
SETTLED = 4
HOURS = 12  # a page is good for: the token of its form is good for a week
DIGITS = 8  # of a name, before those of the page
# that a database which is being written to is waited for: loading the program takes longer
BUSY_SECONDS = 0.2
# what the site is asked for as
NAME = "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "HTTP_X_FORWARDED_PROTO"
PARTS = *NAME, "PATH_INFO"  # what else a page depends on
SERVERS = "wsgi.", "SERVER_", "REMOTE_"  # what of a request is not the browser's
OURS = "pnpm.page_store"  # in the environ of a request


class PageStore:
    """A WSGI application before the site, a `loading.Loading`. A page is kept for the same
    `program` alone.
    """

    def __init__(self, home, instance, program, site):
        self.folder = os.path.join(instance, FOLDER)
        self.signals = [
            os.path.join(home, name) for name in ("passenger_wsgi.py", "tmp/restart.txt")
        ]
        self.signals.append(os.path.join(instance, "config.py"))
        self.begun = self._signalled()
        self.program, self.site = program, site
        self.rested = {}  # what this process keeps here: of each key the tag, and when

    def __call__(self, environ, start_response):
        """A kept page, or the site's answer."""
        if not self.site.site and (page := self._kept(environ)):
            status, headers, body = message(page["etag"], page["headers"], page["body"], environ)
            start_response(status, list(headers.items()))
            return [body]
        if environ["REQUEST_METHOD"] == "POST":
            return self._changed(environ, start_response)
        key = _key(environ)
        environ[OURS] = lambda *page: self._keep(key, *page)
        return self.site(environ, start_response)

    def _changed(self, environ, start_response):
        """The site's answer to a form. When it is sent, the page that it changed is made for the
        next process.
        """
        plain = {
            name: value
            for name, value in environ.items()
            if name in PARTS or name.startswith(SERVERS)
        }
        plain.update({"REQUEST_METHOD": "GET", "QUERY_STRING": "", "wsgi.input": io.BytesIO()})
        statuses = []

        def start(status, *more):
            statuses.append(status)
            return start_response(status, *more)

        body = self.site(environ, start)
        try:
            yield from body
        finally:
            if hasattr(body, "close"):
                body.close()
        if statuses[-1] < "4":
            for _part in self(plain, lambda *_answer: None):
                pass

    def _kept(self, environ):
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
            return None
        try:
            with open(os.path.join(self.folder, _key(environ)), "rb") as file:
                page = json.loads(file.readline())
                page["body"] = file.read()
            is_good = (
                page["made"] <= time.time() < page["until"]
                and page["program"] == self.program
                and self._signalled() == self.begun
            )
            is_fresh = is_good and (page["file"], page["row"]) == _found(
                page["database"], page["query"]
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if is_fresh and hashlib.sha256(page["body"]).hexdigest() == page["digest"]:
            return page
        return None

    def _keep(self, key, etag, headers, body, proof):
        """Keep a page as long as the `proof` that it is fresh: the database, a query, its row, and
        until when that says all.

        There is none where the page is not fresh any more. It is no trouble if it cannot be kept.
        """
        made = time.time()
        last, moment = self.rested.get(key, (None, 0))
        if (last == etag and abs(made - moment) < HOURS * 1800) or not (found := proof()):
            return
        page = {
            **found,
            "until": min(found["until"], made + HOURS * 3600),
            "program": self.program,
            "etag": etag,
            "made": made,
        }
        page.update(headers=headers, digest=hashlib.sha256(body).hexdigest())
        try:
            page["file"] = os.stat(page["database"]).st_ino
            os.makedirs(self.folder, 0o700, exist_ok=True)
            self._make_room(key)
            _write(os.path.join(self.folder, key), json.dumps(page).encode() + b"\n" + body)
        except OSError:
            return
        self.rested[key] = etag, made

    def _make_room(self, key):
        """Room for a page: its name gives up its oldest, and if there are too many names, one gives
        up all: of those with the fewest pages the one that came last. So names that somebody makes
        up take each other's place, and not that of real ones.
        """
        names: dict[str, list[tuple[float, str]]] = {}
        now = time.time()
        with os.scandir(self.folder) as found:
            for moment, path in sorted((_age(entry), entry.path) for entry in found):
                names.setdefault(os.path.basename(path)[:DIGITS], []).append((moment, path))
        pages = names.pop(key[:DIGITS], [])
        gone = [
            path
            for _moment, path in pages[: max(0, len(pages) - MOST + 1)]
            if not path.endswith(key)
        ]
        if len(names) >= NAMES:
            least = min(names, key=lambda name: _standing(names[name], now))
            gone += [path for _moment, path in names[least]]
        for path in gone:
            os.unlink(path)
            self.rested.clear()

    def _signalled(self):
        """Another one when the program or its settings may not be what this process began with."""
        return [os.stat(path).st_mtime_ns if os.path.exists(path) else 0 for path in self.signals]


def message(etag, headers, compressed, environ):
    """Status, headers and body of the answer to who asks in that environ: 304 to who has it,
    compressed to who can read that.
    """
    headers = dict(
        headers, **{"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    )
    if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        headers.pop("Content-Type")
        return "304 NOT MODIFIED", headers, b""
    encodings = environ.get("HTTP_ACCEPT_ENCODING", "")
    if "gzip" in encodings and "gzip;q=0" not in encodings.replace(" ", ""):
        return (
            "200 OK",
            dict(headers, **{"Content-Encoding": "gzip", "Content-Length": str(len(compressed))}),
            compressed,
        )
    body = gzip.decompress(compressed)
    return "200 OK", dict(headers, **{"Content-Length": str(len(body))}), body


def _age(entry):
    """When it was kept, to be sorted by; by a clock that was ahead: before all others, since it is
    not good yet.
    """
    moment = entry.stat().st_mtime
    return moment if moment <= time.time() else 0


def _standing(pages, now):
    """Of names: the smaller, the sooner one is given up. What has lain there for its hours counts
    no more.
    """
    good = [moment for moment, _path in pages if now - moment < HOURS * 3600]
    return min(len(good), SETTLED), -min(good, default=0)


def _key(environ):
    """What a page is kept as: it begins with the name that it was asked for under."""
    name, page = (_digest([environ.get(part, "") for part in parts]) for parts in (NAME, PARTS))
    return name[:DIGITS] + page[:32]


def _write(path, content):
    new = f"{path}.{os.getpid()}.{get_ident()}"
    try:
        with open(new, "wb") as file:
            file.write(content)
        os.replace(new, path)
    except OSError:
        os.unlink(new)
        raise


def _digest(things):
    return hashlib.sha256(json.dumps(things).encode()).hexdigest()


def _found(database, query):
    """The file's number and what it answers, or None. It is only read, and never made: no log that
    is not its own does harm.
    """
    try:
        import sqlite3

        escaped = database.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        connection = sqlite3.connect(f"file:{escaped}?mode=ro", timeout=BUSY_SECONDS, uri=True)
    except (ImportError, sqlite3.Error):
        return None
    try:
        return os.stat(database).st_ino, [*connection.execute(query).fetchone()]
    except (sqlite3.Error, TypeError):
        return None
    finally:
        connection.close()
