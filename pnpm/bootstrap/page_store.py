"""Pages kept on the disk and answered before the program is loaded, as long as nothing that they
show has changed.

Loading the program takes half a second, which plain CGI pays for every page, and Passenger for the
first one after a rest. The starting script reads this file by its path: it imports nothing of the
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
MOST = 256  # pages, of 10 kB each, under one name of the site
# names that pages are kept under: unless PNPM_SITE_URL is set, anybody can ask under a made-up one
NAMES = 6
# pages that make a name as good as any other: who makes up names asks for one page under each
SETTLED = 4
HOURS = 12  # that a page is kept; the token of its form is valid for a week
DIGITS = 8  # of the name's hash, at the beginning of a file's name
# how long to wait for a database that is being written to: less than loading the program takes
BUSY_SECONDS = 0.2
# the parts of the environ that make a name of the site
NAME = "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "HTTP_X_FORWARDED_PROTO"
PARTS = *NAME, "PATH_INFO"  # all that a page depends on
# queries with which a page is the same as without: Blogger's telephones and desks have one in each
# address that they pass on
SAME = None, "", "m=1", "m=0"
SERVERS = (
    "wsgi.",
    "SERVER_",
    "REMOTE_",
)  # what the server, and not the browser, puts into the environ
OURS = "pnpm.page_store"  # the environ's key for the function that keeps a page


class PageStore:
    """A WSGI application in front of the site, a `lazy_app.Loading`. Pages are valid for the same
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
        self.rested = {}  # the pages that this process has kept: by key, the ETag and the time

    def __call__(self, environ, start_response):
        """Answer with a kept page, or as the site does."""
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
        """Answer a form as the site does; afterwards, render the page that it changed for the next
        process.
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
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") not in SAME:
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
        """Keep a page as long as `proof()` holds: the database, a query, its row, and how long that
        is enough.

        Nothing is kept if the page is not fresh any more, or cannot be written.
        """
        made = time.time()
        last, moment = self.rested.get(key, (None, 0))
        if last == etag and abs(made - moment) < HOURS * 1800:
            return
        found = proof()
        if not found:
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
        """Make room for a page. Its name gives up its oldest page; and if there are too many names,
        the one with the fewest pages, among those the newest, gives up all. So made-up names
        replace each other, and not real ones.
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
        """Return a value that changes when the program or its settings may have changed since the
        process started.
        """
        return [os.stat(path).st_mtime_ns if os.path.exists(path) else 0 for path in self.signals]


def message(etag, headers, compressed, environ):
    """Return status, headers and body of the answer for that environ: 304 if the browser has the
    page, compressed if it accepts that.
    """
    headers = dict(
        headers, **{"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    )
    if _has(environ, etag, headers.get("Last-Modified")):
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


def _has(environ, etag, modified):
    """Tell whether the browser has the page: by its ETag, or where it names none by its moment (RFC
    9110, 13.2.2).
    """
    if "HTTP_IF_NONE_MATCH" in environ:
        return etag in environ["HTTP_IF_NONE_MATCH"]
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if not (since and modified):
        return False
    if since == modified:  # what most send back, and no date has to be read
        return True
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(since) >= parsedate_to_datetime(modified)
    except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
        return False


def _age(entry):
    """Return when a page was kept, for sorting; one from the future, which is not valid yet, counts
    as oldest.
    """
    moment = entry.stat().st_mtime
    if moment > time.time():
        return 0
    return moment


def _standing(pages, now):
    """Return how much a name deserves to stay: by its valid pages, then by age. The lowest is given
    up.
    """
    good = [moment for moment, _path in pages if now - moment < HOURS * 3600]
    return min(len(good), SETTLED), -min(good, default=0)


def _key(environ):
    """Return the file's name of a page; it begins with the hash of the site's name."""
    name = _digest([environ.get(part, "") for part in NAME])
    page = _digest([environ.get(part, "") for part in PARTS])
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
    """Return the database's inode and the row that the query gives, or None. The file is only read
    and never created, so no log that belongs to another file does harm.
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
