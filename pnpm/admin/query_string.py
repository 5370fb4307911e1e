"""The searches of comments and articles: read from a query string, and written into one."""

import re
from dataclasses import replace

from flask import abort
from werkzeug.datastructures import MultiDict

from pnpm.articles.queries import ArticleQuery
from pnpm.articles.queries import Tab as ArticleTab
from pnpm.comments.models import Status
from pnpm.comments.queue import QueueQuery
from pnpm.db.types import LARGEST
from pnpm.markup.characters import one_line
from pnpm.web.params import number_of

LONGEST_WORDS = 200  # characters
MOST_WORDS = 8
ALL = "all"  # a search that leaves the status open


def search_of(args: MultiDict) -> QueueQuery:
    """Return the search of a query string, or of a form that repeats it. 404 for what is no status
    or number.
    """
    # PostgreSQL refuses a text with a null character
    args = MultiDict((name, value.replace("\0", "")) for name, value in args.items(multi=True))
    status = args.get("status") or Status.PENDING.value
    if status not in (ALL, *[known.value for known in Status]):
        abort(404)
    return QueueQuery(
        status=None if status == ALL else Status(status),
        words=words_of(args),
        article=number_of(args, "article"),
        reason=args.get("reason", "")[:LONGEST_WORDS],
        name=args.get("name"),
        address=args.get("address", "")[:64],
        unseen=args.get("unseen") == "y",
        oldest_first=args.get("sort") == "oldest",
        after=number_of(args, "after"),
    )


def words_of(args: MultiDict) -> str:
    """Return the words of `q`, cut to LONGEST_WORDS characters and MOST_WORDS words."""
    words = one_line(args.get("q", ""))[:LONGEST_WORDS].split()
    return " ".join(words[:MOST_WORDS])


def arguments(search: QueueQuery, **changes) -> dict:
    """Return the query string's values for that search with changes, without empty ones."""
    asked = {
        "status": search.status.value if search.status else ALL,
        "q": search.words,
        "article": search.article,
        "reason": search.reason,
        "name": search.name,
        "address": search.address,
        "unseen": "y" if search.unseen else None,
        "sort": "oldest" if search.oldest_first else None,
        "after": search.after,
    }
    empty = {"name": (None,)}  # an empty name is a search, too: for everything anonymous
    return {
        name: value
        for name, value in (asked | changes).items()
        if value not in empty.get(name, (None, ""))
    }


# where a page of articles begins: microseconds up to the year 2096, and an article's number
KEY = re.compile(r"([0-9]{1,15}|[1-3][0-9]{15})-([0-9]{1,15})")


def article_query_of(args: MultiDict) -> ArticleQuery:
    """Return the query that a query string asks for. 404 for what is no tab or key."""
    tab = args.get("status") or ArticleTab.PUBLISHED.value
    if tab not in [known.value for known in ArticleTab]:
        abort(404)
    return ArticleQuery(ArticleTab(tab), words_of(args), _after(args.get("after")))


def _after(key):
    if not key:
        return None
    found = KEY.fullmatch(key) or abort(404)
    return int(found[1]), min(int(found[2]), LARGEST)


def values(query: ArticleQuery, **changes) -> dict:
    """Return the query string's values for that query with changes; None for those that are left
    out.
    """
    query = replace(query, **changes)
    after = None
    if query.after:
        after = "-".join(map(str, query.after))
    return {"status": query.tab.value, "q": query.words or None, "after": after}
