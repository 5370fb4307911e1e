"""Reads the backup of Remark42: a first line about its users and pages, then a comment a line."""

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .json_pieces import LONGEST_TEXT, Piece, head, lines, moment_of, not_of, text_of
from .records import (
    ArchivedComment,
    ArchivedSite,
    ArchivedStatus,
    NotAnArchive,
    Record,
    Unreadable,
)

VERSIONS = 0, 1  # of the format
NAME = "Remark42"


def read(path: Path) -> Iterator[Record]:
    """Return what a backup holds. Raises NotAnArchive for another file."""
    begun = head(path)
    if not begun.startswith(b"{") or not (b'"version"' in begun or b'"locator"' in begun):
        raise not_of(NAME, path, begun)
    first = next(lines(path)).value
    version = first.get("version", 0) if isinstance(first, dict) else 0
    if version not in VERSIONS:
        raise NotAnArchive(
            f"{path} is a backup of {NAME} in version {version!r}, which is unknown."
        )
    return _records(path)


def _records(path: Path) -> Iterator[Record]:
    yield _site(path)
    for place, piece in enumerate(lines(path)):
        if piece.why:
            yield Unreadable("line", piece.why, piece.line)
        elif place or not _is_about_all(piece.value):
            yield _record(piece)


def _is_about_all(value: Any) -> bool:
    """Return whether that is the first line."""
    return isinstance(value, dict) and "locator" not in value


def _site(path: Path) -> ArchivedSite:
    """Return the site of the first comment that names it."""
    for piece in lines(path):
        name = text_of(_part(piece.value, "locator"), "site")
        if name:
            return ArchivedSite(key=name, title=name)
    return ArchivedSite(key=NAME)


def _record(piece: Piece) -> Record:
    if not isinstance(piece.value, dict):
        return Unreadable("line", "it is no comment", piece.line)
    comment: dict[str, Any] = piece.value
    user = _part(comment, "user")
    key, moment = text_of(comment, "id"), moment_of(comment.get("time"))
    is_deleted = comment.get("delete") is True
    # what was typed is there in old backups alone where there is no HTML of it
    text = text_of(comment, "text", LONGEST_TEXT + 1)
    is_html = bool(text) or is_deleted
    text = text or text_of(comment, "orig", LONGEST_TEXT + 1)
    if not key or moment is None:
        return Unreadable("comment", "it has no id, or no moment", piece.line)
    if len(text) > LONGEST_TEXT:
        return Unreadable("comment", f"it is longer than {LONGEST_TEXT:,} characters", piece.line)
    if not text and not is_deleted:
        return Unreadable("comment", "it has no text", piece.line)
    return ArchivedComment(
        key=key,
        text=text,
        created_at=moment,
        is_html=is_html,
        article_address=text_of(_part(comment, "locator"), "url"),
        # which Remark42 keeps escaped
        article_title=html.unescape(text_of(comment, "title")),
        parent=text_of(comment, "pid"),
        name=html.unescape(text_of(user, "name")),
        status=ArchivedStatus.DELETED if is_deleted else ArchivedStatus.PUBLISHED,
        is_official=user.get("admin") is True,
    )


def _part(value: Any, name: str) -> dict[str, Any]:
    """Return the object of that name in an object; an empty one for anything else."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
