"""Pages kept rendered and compressed, answered again as long as they are fresh: 304 to who has them
already.

An address without a query is answered before Flask is asked at all, after one cheap read: that
saves most of what it costs.
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from flask import Flask, Response, current_app, request
from sqlalchemy import Engine, Select
from sqlalchemy.exc import SQLAlchemyError

from pnpm.articles.freshness import next_moment, proof_of
from pnpm.bootstrap.page_store import OURS, message
from pnpm.db import first

from .security import HEADERS, TRANSPORTED

MOST = 128  # things of a kind that a process keeps: pages are about 10 kB each


class Source(NamedTuple):
    """What a page is rendered from: a query, its values, and the row it gave. Another row, and the
    page is stale.
    """

    query: Select
    values: dict
    row: tuple


class Page(NamedTuple):
    """A rendered page. It is good for its hour at the most, as the form's token in it is bound to
    the hour.
    """

    source: Source
    hour: int
    etag: str
    compressed: bytes
    headers: dict


class Recent:
    """The things that were used last, by key; the one that was not used for longest makes room.
    Threads may share it.
    """

    def __init__(self):
        self._things, self._lock = OrderedDict(), Lock()

    def __len__(self):
        return len(self._things)

    def get(self, key: Hashable):
        """The thing of that key, or None."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: Hashable, thing: object) -> None:
        """Keep a thing."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            if len(self._things) > MOST:
                self._things.popitem(last=False)


class PageCache:
    """The pages a process keeps, the addresses that lead to them, and pieces of pages; a WSGI layer
    before Flask.
    """

    def __init__(self, following: Callable, engine: Engine):
        self.following, self.engine = following, engine
        self.pages, self.addresses, self.pieces = Recent(), Recent(), Recent()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Answer a fresh page, or ask Flask; while the database is away, readers read what there
        is.
        """
        page = self.pages.get(self.addresses.get(_address(environ)))
        if page is None or not self._is_good(page, environ):
            return self.following(environ, start_response)
        status, headers, body = message(page.etag, page.headers, page.compressed, environ)
        start_response(status, list(headers.items()))
        return [body]

    def rest(self, page: "Page", environ: dict) -> None:
        """Keep a page on the disk, too, for processes that have not loaded the program; where there
        is a page store for that.
        """
        if OURS in environ and self.engine.dialect.name == "sqlite":
            headers = HEADERS | environ.get(TRANSPORTED, {}) | page.headers
            environ[OURS](page.etag, headers, page.compressed, lambda: self._proof(page.source))

    def _proof(self, source):
        with suppress(SQLAlchemyError):
            found = proof_of(self.engine, *source)
            return found and {
                "database": self.engine.url.database,
                **found,
                "until": next_moment(self.engine),
            }

    def _is_good(self, page, environ):
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
    key: Hashable, source: Source, render: Callable[[], str], mimetype: str = "text/html"
) -> Response:
    """The page `key` of this host made from `source`: kept if it is fresh, else rendered and
    kept.
    """
    cache, key = current_app.extensions["page_cache"], (request.url_root, key)
    page = cache.pages.get(key)
    if page is None or (page.source.row, page.hour) != (source.row, hour()):
        page = _rendered(source, render().encode(), mimetype)
    cache.pages.put(key, page)
    if address := _address(request.environ):
        cache.addresses.put(address, key)
        cache.rest(page, request.environ)
    status, headers, body = message(page.etag, page.headers, page.compressed, request.environ)
    return Response(body, status, headers)


def piece(key: Hashable, render: Callable[[], str]) -> str:
    """A part of an answer that is the same for an hour, under every name of the host: rendered once
    for it.
    """
    pieces, key = current_app.extensions["page_cache"].pieces, (request.root_path, key, hour())
    kept = pieces.get(key)
    if kept is None:
        pieces.put(key, kept := render())
    return kept


def hour() -> int:
    """The running hour, counted from 1970 in UTC."""
    return int(time.time() // 3600)


def _address(environ):
    """Where a page was asked for, if that is all that the answer depends on."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
        return None
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST"),
        environ.get("SCRIPT_NAME"),
        environ.get("PATH_INFO"),
    )


def _rendered(source, body, mimetype):
    # A weak tag: the same page, compressed or not.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Page(
        source,
        hour(),
        etag,
        gzip.compress(body, mtime=0),
        {"Content-Type": f"{mimetype}; charset=utf-8"},
    )
