"""Pages kept rendered and compressed, answered again as long as they are fresh: 304 to who has them already."""

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from flask import Response, current_app, request

MOST = 128  # pages a process keeps: about 10 kB each


class Page(NamedTuple):
    """A rendered page, and what it was rendered from."""

    version: Hashable
    etag: str
    compressed: bytes
    mimetype: str


def answer(key: Hashable, version: Hashable, render: Callable[[], str], mimetype: str = "text/html") -> Response:
    """The page `key` of this host in that `version`: kept if it is fresh, else rendered and kept.

    A page is good for its hour at the most, as the form's token in it is bound to the hour.
    """
    pages = current_app.extensions.setdefault("kept", OrderedDict())
    key, version = (request.url_root, key), (version, hour())
    page = pages.pop(key, None)
    if page is None or page.version != version:
        page = _keep(version, render().encode(), mimetype)
    pages[key] = page
    if len(pages) > MOST:
        pages.popitem(last=False)
    return _send(page)


def hour() -> int:
    """The running hour, counted from 1970 in UTC."""
    return int(time.time() // 3600)


def _keep(version, body, mimetype):
    # Weak: the same page, compressed or not.
    return Page(version, f'W/"{hashlib.sha256(body).hexdigest()[:20]}"', gzip.compress(body, mtime=0), mimetype)


def _send(page):
    headers = {"ETag": page.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if page.etag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(page.compressed, headers=headers | {"Content-Encoding": "gzip"}, mimetype=page.mimetype)
    return Response(gzip.decompress(page.compressed), headers=headers, mimetype=page.mimetype)
