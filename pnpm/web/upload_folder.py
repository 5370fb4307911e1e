"""Uploads that are larger than a temporary folder may hold, which on some hosts is memory: they are
written into a folder of the site as they come.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import flask
from flask import request

from pnpm import files


class Request(flask.Request):
    """Flask's, whose uploads go into `upload_folder` where that is set."""

    upload_folder: Path | None = None
    streams: tuple[IO[bytes], ...] = ()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.upload_folder is None:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        stream = (self.upload_folder / secrets.token_hex(8)).open("x+b")
        self.streams = (*self.streams, stream)
        return stream


@contextmanager
def within(folder: Path) -> Iterator[None]:
    """Within the block, before which no field of this request was read, uploads are written into a
    folder below that one. What was not moved away is deleted after it. Raises OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with files.workplace(folder) as place:
        _this().upload_folder = place
        try:
            yield
        finally:
            for stream in _this().streams:  # also where a form broke off
                stream.close()


def uploaded(name: str) -> tuple[Path, str] | None:
    """Return where the file of that field is, and what the browser calls it; None if none was
    chosen. All of it is written.
    """
    upload = _this().files.get(name)
    if upload is None or not upload.filename:
        return None
    upload.stream.flush()
    return Path(upload.stream.name), upload.filename


def _this() -> Request:
    return request._get_current_object()  # type: ignore[attr-defined]
