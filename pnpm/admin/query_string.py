"""What a page of the office asks for, read from its address, and an address that asks for it."""

import re
from dataclasses import replace

from flask import abort
from werkzeug.datastructures import MultiDict

from pnpm.articles.queries import ArticleQuery, Tab
from pnpm.comments.models import Status
from pnpm.comments.queue import QueueQuery
from pnpm.db.types import LARGEST
from pnpm.markup.characters import one_line
from pnpm.web.params import number_of

LONGEST_WORDS = 200  # characters
MOST_WORDS = 8
ALL = "all"


def search_of(args: MultiDict) -> QueueQuery:
    """The search of an address (or of a form that repeats it). 404 for a status or number that is
    none.
    """
    # which PostgreSQL takes amiss
    args = MultiDict((name, value.replace("\0", "")) for name, value in args.items(multi=True))
    status = args.get("status") or Status.PENDING.value
    if status not in (ALL, *[one.value for one in Status]):
        abort(404)
    return QueueQuery(
        status=None if status == ALL else Status(status),
        words=words_of(args),
        article=number_of(args, "article"),
        reason=args.get("reason", "")[:LONGEST_WORDS],
        name=args.get("name"),
        address=args.get("address", "")[:64],
        oldest_first=args.get("sort") == "oldest",
        after=number_of(args, "after"),
    )


def words_of(args: MultiDict) -> str:
    """The words that are searched for, no more than a search is for."""
    return " ".join(one_line(args.get("q", ""))[:LONGEST_WORDS].split()[:MOST_WORDS])


def arguments(search: QueueQuery, **changes) -> dict:
    """The values of an address that asks for it, with changes."""
    asked = {
        "status": search.status.value if search.status else ALL,
        "q": search.words,
        "article": search.article,
        "reason": search.reason,
        "name": search.name,
        "address": search.address,
        "sort": "oldest" if search.oldest_first else None,
        "after": search.after,
    }
    empty = {"name": (None,)}  # a name may be none: everything anonymous
    return {
        name: value
        for name, value in (asked | changes).items()
        if value not in empty.get(name, (None, ""))
    }


# microseconds up to the year 2096, and a number
KEY = re.compile(r"([0-9]{1,15}|[1-3][0-9]{15})-([0-9]{1,15})")


def article_query_of(args: MultiDict) -> ArticleQuery:
    """The listing of an address. 404 for a tab or a key that is none."""
    tab, after = args.get("status") or Tab.PUBLISHED.value, args.get("after") or None
    found = after and (KEY.fullmatch(after) or abort(404))
    if tab not in [one.value for one in Tab]:
        abort(404)
    return ArticleQuery(
        Tab(tab), words_of(args), found and (int(found[1]), min(int(found[2]), LARGEST))
    )


def values(query: ArticleQuery, **changes) -> dict:
    """The values of an address that asks for it, with changes."""
    query = replace(query, **changes)
    after = "-".join(map(str, query.after)) if query.after else None
    return {"status": query.tab.value, "q": query.words or None, "after": after}
