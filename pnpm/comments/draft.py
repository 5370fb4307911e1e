"""A comment before it is taken, and what makes it one."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from pnpm.config import Config
from pnpm.signing import address_hash, keyed_hash

# how long the address stands in for the nonce of a browser without JavaScript
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Submission:
    """What a form sent, cleaned. `html` is the body rendered, empty until it is; `seconds` how long
    the form was filled in (None: not known).
    """

    name: str
    email: str
    website: str
    body: str
    html: str = ""
    nonce: str = ""
    honeypot: str = ""
    seconds: int | None = None


NOT_STORED = {"nonce", "honeypot", "seconds"}  # they only decide about it
STORED = tuple(one.name for one in fields(Submission) if one.name not in NOT_STORED)


def tokens(
    article_id: int, submission: Submission, address: str, config: Config, moment: datetime
) -> list[str]:
    """What makes a comment unique: with its nonce for ever, else with its address for a day
    (today's, then yesterday's).
    """
    content = str(article_id), submission.name, submission.body
    if submission.nonce:
        return [keyed_hash(config.secret_key, "nonce", submission.nonce, *content)]
    days = moment, moment - DAY
    addresses = [(f"{day:%Y-%m-%d}", address_hash(config.secret_key, address, day)) for day in days]
    return [keyed_hash(config.secret_key, "day", *address, *content) for address in addresses]
