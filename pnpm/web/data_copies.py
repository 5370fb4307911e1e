"""Copies of a person's data, as pages show them and as files to download.

Imported where somebody asks for one: no reader should pay for it.
"""

import json
from collections.abc import Iterable
from typing import Any

from flask import Response

from pnpm.articles.models import PUBLISHED, Article
from pnpm.db import db
from pnpm.privacy import data_copy
from pnpm.privacy.matches import Item
from pnpm.privacy.models import DataRequest

from .site import current_site
from .templating import address_of


def of(request: DataRequest, items: Iterable[Item]) -> dict[str, Any]:
    """Return the copy of these items for a request, with the site's name."""
    copy = data_copy.copy_of(request, items, _address)
    return {"site": current_site().words.name} | copy


def download(copy: dict[str, Any]) -> Response:
    """Return the answer that has a browser save a copy as a file of JSON."""
    content = json.dumps(copy, ensure_ascii=False, indent=1)
    response = Response(f"{content}\n", mimetype="application/json")
    name = f"data-{copy['request']}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _address(article_id):
    article = db.session.scalar(PUBLISHED.where(Article.id == article_id))
    return address_of(article, _external=True) if article else ""
