"""What a page of the list of articles asks for, read from its address, and an address that asks for it."""

import re
from dataclasses import replace

from flask import abort
from werkzeug.datastructures import MultiDict

from pnpm.articles.queries import Listing, Tab
from pnpm.db.types import LARGEST

from .query_string import words_of

KEY = re.compile(r"([0-9]{1,15}|[1-3][0-9]{15})-([0-9]{1,15})")  # microseconds up to the year 2096, and a number


def listing_of(args: MultiDict) -> Listing:
    """The listing of an address. 404 for a tab or a key that is none."""
    tab, after = args.get("status") or Tab.PUBLISHED.value, args.get("after") or None
    found = after and (KEY.fullmatch(after) or abort(404))
    if tab not in [one.value for one in Tab]:
        abort(404)
    return Listing(Tab(tab), words_of(args), found and (int(found[1]), min(int(found[2]), LARGEST)))


def values(listing: Listing, **changes) -> dict:
    """The values of an address that asks for it, with changes."""
    listing = replace(listing, **changes)
    after = "-".join(map(str, listing.after)) if listing.after else None
    return {"status": listing.tab.value, "q": listing.words or None, "after": after}
