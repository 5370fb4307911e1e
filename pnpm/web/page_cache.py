"""The page cache: rendered, compressed pages, sent again as long as they are fresh, with 304 to
browsers that have them.

An address without a query string that matters is answered before Flask is asked at all, after one
cheap read of the database: that saves most of what a page costs.
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from flask import Flask, Response, current_app, request
from sqlalchemy import Engine, Select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import http_date

from pnpm.articles.freshness import next_moment, proof_of
from pnpm.bootstrap.page_store import OURS, SAME, message
from pnpm.db import first, now

from .security import HEADERS, TRANSPORTED

MOST = 128  # pages, addresses or pieces that a process keeps: pages are about 10 kB each


class Source(NamedTuple):
    """What a page was rendered from: a query, its values, and the row that it gave. When the query
    gives another row, the page is stale.
    """

    query: Select
    values: dict
    row: tuple


class Page(NamedTuple):
    """A rendered page. It is fresh for its hour at most, since the form's token in it is bound to
    the hour.
    """

    source: Source
    hour: int
    etag: str
    compressed: bytes
    headers: dict


class Recent:
    """A least-recently-used cache of MOST values, which threads may share."""

    def __init__(self):
        self._values, self._lock = OrderedDict(), Lock()

    def __len__(self):
        return len(self._values)

    def get(self, key: Hashable):
        """Return the value of that key, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: object) -> None:
        """Keep a value; the one that was not used for longest makes room."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > MOST:
                self._values.popitem(last=False)


class PageCache:
    """The pages that a process keeps, the keys of the pages by address, and pieces of pages; a WSGI
    layer before Flask.
    """

    def __init__(self, following: Callable, engine: Engine):
        self.following, self.engine = following, engine
        self.pages, self.addresses, self.pieces = Recent(), Recent(), Recent()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Answer with a fresh page, or ask Flask. While the database is away, every page counts as
        fresh.
        """
        page = self.pages.get(self.addresses.get(_address(environ)))
        if page is None or not self._is_good(page, environ):
            return self.following(environ, start_response)
        status, headers, body = message(page.etag, page.headers, page.compressed, environ)
        start_response(status, list(headers.items()))
        return [body]

    def rest(self, page: "Page", environ: dict) -> None:
        """Keep a page on the disk, too, for processes that have not loaded the program, if the
        server runs with a page store.
        """
        if OURS in environ and self.engine.dialect.name == "sqlite":
            headers = HEADERS | environ.get(TRANSPORTED, {}) | page.headers
            environ[OURS](page.etag, headers, page.compressed, lambda: self._proof(page.source))

    def _proof(self, source):
        """Return what the page store needs to see by itself whether a page is fresh; None if the
        database does not answer.
        """
        with suppress(SQLAlchemyError):
            found = proof_of(self.engine, *source)
            return found and {
                "database": self.engine.url.database,
                **found,
                "until": next_moment(self.engine),
            }

    def _is_good(self, page, environ):
        """Tell whether a page may be sent; if it is fresh, keep it on the disk, too."""
        try:
            row = first(self.engine, page.source.query, page.source.values)
            is_fresh = page.hour == hour() and row is not None and tuple(row) == page.source.row
            if is_fresh:
                self.rest(page, environ)
        except SQLAlchemyError:
            return True
        return is_fresh


def init_app(app: Flask, engine: Engine) -> None:
    """Put the page cache before `app`."""
    app.extensions["page_cache"] = cache = PageCache(app.wsgi_app, engine)
    app.wsgi_app = cache  # type: ignore[method-assign]  # Flask's own way to do it


def answer(
    key: Hashable,
    source: Source,
    render: Callable[[], str],
    mimetype: str = "text/html",
    changed_at: Callable[[], datetime | None] = lambda: None,
    is_cached: bool = True,
) -> Response:
    """Answer with the page `key` of this host made from `source`: from the cache if it is fresh
    there, else rendered and cached, unless `is_cached` is false.

    `changed_at` gives its Last-Modified, for programs that ask by that; a page whose form is new
    every hour has none.
    """
    cache = current_app.extensions["page_cache"]
    key = request.url_root, key
    page = cache.pages.get(key)
    if page is None or (page.source.row, page.hour) != (source.row, hour()):
        moment = changed_at()  # first: what changes while it is rendered is later than that
        page = _rendered(source, render().encode(), mimetype, moment)
    if is_cached:
        cache.pages.put(key, page)
    if address := _address(request.environ):
        cache.addresses.put(address, key)
        cache.rest(page, request.environ)
    status, headers, body = message(page.etag, page.headers, page.compressed, request.environ)
    return Response(body, status, headers)


def piece(key: Hashable, render: Callable[[], str]) -> str:
    """Return a piece of a page that is the same for an hour, under every name of the host: rendered
    once an hour.
    """
    pieces = current_app.extensions["page_cache"].pieces
    key = request.root_path, key, hour()
    html = pieces.get(key)
    if html is None:
        html = render()
        pieces.put(key, html)
    return html


def hour() -> int:
    """Return the running hour, counted from 1970 in UTC."""
    return int(time.time() // 3600)


def _address(environ):
    """Return the address that was asked for, if the answer depends on nothing else; else None."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") not in SAME:
        return None
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST"),
        environ.get("SCRIPT_NAME"),
        environ.get("PATH_INFO"),
    )


def _rendered(source, body, mimetype, changed_at):
    headers = {"Content-Type": f"{mimetype}; charset=utf-8"}
    if changed_at:
        # never in the future, as by a clock that was ahead (RFC 9110, 8.8.2.1)
        headers["Last-Modified"] = http_date(min(changed_at, now()))
    # a weak ETag, since the page is the same whether it is sent compressed or not
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Page(
        source,
        hour(),
        etag,
        gzip.compress(body, mtime=0),
        headers,
    )
