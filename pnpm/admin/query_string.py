"""What a page of the office asks for, read from its address, and an address that asks for it."""

from flask import abort
from werkzeug.datastructures import MultiDict

from pnpm.comments.models import Status
from pnpm.comments.queue import Search
from pnpm.web.params import number_of
from pnpm.markup.characters import one_line

LONGEST_WORDS = 200  # characters
MOST_WORDS = 8
ALL = "all"


def search_of(args: MultiDict) -> Search:
    """The search of an address (or of a form that repeats it). 404 for a status or number that is none."""
    args = MultiDict((name, value.replace("\0", "")) for name, value in args.items(multi=True))  # which PostgreSQL takes amiss
    status = args.get("status") or Status.PENDING.value
    if status not in (ALL, *[one.value for one in Status]):
        abort(404)
    return Search(
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


def arguments(search: Search, **changes) -> dict:
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
    return {name: value for name, value in (asked | changes).items() if value not in empty.get(name, (None, ""))}
