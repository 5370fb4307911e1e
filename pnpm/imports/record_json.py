"""Records as JSON and back, for keeping them in files."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from .records import ArchivedArticle, ArchivedComment, ArchivedStatus, ArticleKind

_MOMENTS = "published_at", "changed_at", "created_at"
_LISTS = "addresses", "labels"


def packed(record: ArchivedArticle | ArchivedComment) -> str:
    """Return a record as JSON, the same for the same record."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return json.dumps(values, default=_spelled, ensure_ascii=True, sort_keys=True)


def article(text: str) -> ArchivedArticle:
    """Return the article that was packed."""
    values = _values(text)
    return ArchivedArticle(**values | {"kind": ArticleKind(values["kind"])})


def comment(text: str) -> ArchivedComment:
    """Return the comment that was packed."""
    return ArchivedComment(**_values(text))


def _spelled(value: Any) -> str:
    return str(value.isoformat() if isinstance(value, datetime) else value.value)


def _values(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    values["status"] = ArchivedStatus(values["status"])
    for name in _MOMENTS:
        if values.get(name):
            values[name] = datetime.fromisoformat(values[name])
    for name in _LISTS:
        if name in values:
            values[name] = tuple(values[name])
    return values
