"""Values of a site's JSON document as our tables can hold them: nothing of the document is believed
before it was checked here.
"""

import base64
import binascii
import enum
import io
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Enum, Integer, String, Text

from pnpm import config, languages
from pnpm.accent import is_colour
from pnpm.articles.headlines import MOST as MOST_HEADLINES
from pnpm.articles.models import PAGES, TITLE_LENGTH, Status
from pnpm.audit.models import AuditAction
from pnpm.comments.policy import Policy
from pnpm.comments.spam import blocklists, verdict
from pnpm.db.types import LongText, Moment
from pnpm.markup.figures import KEY_LENGTH, widths_of
from pnpm.markup.urls import is_mail, is_mailbox, is_web
from pnpm.media.decoding import LONGEST_SIDE
from pnpm.media.storage import KEY, TYPES
from pnpm.site_settings import LAYOUTS, Words

from .json_stream import Malformed

HIGHEST = 2**30  # an id: there is room for as many again after it
YEARS = range(1000, 9000)  # that every engine and every calendar page can hold
LONGEST_WORDS = 5000  # characters of one of the site's words
LONGEST_PREVIEW = 4000  # of base64
MOST_DAYS = 36_500
MOST_LINKS = 100
DEEPEST = 5  # lists and objects within each other in a value that is JSON: the log has three
FURTHEST = 2**53  # an integer of JSON that every program reads as it is
# an article's, a page's, or one with the year and month that Blogger had in it
_SLUG = re.compile(r"(?:p/|[1-8][0-9]{3}/(?:0[1-9]|1[0-2])/)?[A-Za-z0-9_][A-Za-z0-9_.~-]*")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_BREAK = re.compile(r"[\0-\x1f\x7f]")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_IDENTITY = re.compile(r"[0-9a-f]{16}")
_MODERATIONS = "all", "suspicious", "off"
_FORMATS = {"webp": "WEBP", "jpg": "JPEG"}


def row_of(
    columns: Mapping[str, Column[Any]], given: Mapping[str, Any], absent: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of these columns as `given` has them, or `absent` where it has none. Raises
    Malformed.
    """
    row = {}
    for name, column in columns.items():
        try:
            if name not in given:
                row[name] = absent[name]
            else:
                row[name] = _value(column, given[name])
                # MariaDB would give a 0 the next number
                _check(name != "id" or row[name], "ids begin with 1")
        except Malformed as error:
            raise Malformed(f"{name}: {error}") from error
        except KeyError as error:
            raise Malformed(f"{name} is missing") from error
    return row


def objects(given: Any) -> list[dict[str, Any]]:
    """Return a list of objects. Raises Malformed if it is none."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Malformed("a list of objects is expected")
    return given


def texts(given: Any) -> list[str]:
    """Return a list of texts. Raises Malformed if it is none."""
    if not isinstance(given, list):
        raise Malformed("a list is expected")
    return [_text(one) for one in given]


def numbers(given: Any) -> list[int]:
    """Return a list of ids. Raises Malformed if it is none."""
    if not isinstance(given, list):
        raise Malformed("a list is expected")
    return [_number(one) for one in given]


def check_article(row: Mapping[str, Any]) -> None:
    """Raise Malformed for an article of which no page could be made."""
    _check(_SLUG.fullmatch(row["slug"]), "slug: that cannot stand in an address")
    is_page = row["slug"].startswith(PAGES)
    if row["status"] is not Status.DELETED:
        _check(is_page == (row["status"] is Status.PAGE), "slug: pages, and they alone, have p/")
    if row["status"] is Status.PUBLISHED:
        _check(row["published_at"], "published_at: a published article has a moment")
    _check(row["moderation"] in (None, *_MODERATIONS), "moderation: that is none")
    days = row["close_after"]
    _check(days is None or 0 <= days <= MOST_DAYS, "close_after: that is no number of days")


def check_slug(slug: str) -> str:
    """Return a former slug. Raises Malformed for one that cannot stand in an address."""
    _check(_SLUG.fullmatch(slug), "former_slugs: that cannot stand in an address")
    return slug


def check_comment(row: Mapping[str, Any]) -> None:
    """Raise Malformed for a comment that the office could not be shown."""
    _check(
        isinstance(row["reasons"], list) and all(isinstance(one, str) for one in row["reasons"]),
        "reasons: a list of texts is expected",
    )
    for name in ("parent_id", "reply_to_id"):
        _check(row[name] is None or row[name] < row["id"], f"{name}: that came later")
    _check(not _BREAK.search(row["email"]), "email: that is no address")
    _check(not row["website"] or is_web(row["website"]), "website: that is no web address")
    if row["signals"] is not None:
        try:
            found = verdict.read(row["signals"])
            float(found.value + found.certain)
        except (ValueError, TypeError, AttributeError) as error:
            raise Malformed("signals: the spam filter has no such ones") from error


def check_entry(row: Mapping[str, Any]) -> None:
    """Raise Malformed for an entry of the log that has no before and after, or of which the office
    could put back what it does not take.
    """
    for name in ("before", "after"):
        side = row[name]
        _check(isinstance(side, dict), f"{name}: an object is expected")
        for each in _NAMES & side.keys():
            is_fit = side[each] is None or isinstance(side[each], str)
            _check(is_fit, f"{name}: {each}: a text is expected")
        _check(side.get("parent") is None or _is_id(side["parent"]), f"{name}: parent: no id")
        if read := _PUT_BACK.get((row["action"], row["subject"])):
            read(side)


def check_subscriber(row: Mapping[str, Any]) -> None:
    """Raise Malformed for who could not be written to."""
    _check(is_mailbox(row["address"]), "address: that is no e-mail address")


def moment_or_nothing(given: Any) -> str:
    """Return a moment as it is spelled, or an empty text for what is none."""
    try:
        return _moment(None, given).isoformat()
    except Malformed:
        return ""


def check_request(row: Mapping[str, Any]) -> None:
    """Raise Malformed for a request of a person that names something by what is no key."""
    chosen = row["chosen"]
    is_list = isinstance(chosen, list) and all(isinstance(one, str) for one in chosen)
    _check(chosen is None or is_list, "chosen: a list of texts is expected")


def check_picture(row: Mapping[str, Any]) -> None:
    """Raise Malformed for a picture that no page could show."""
    _check(KEY.fullmatch(row["key"]), f"key: {KEY_LENGTH} hex digits are expected")
    for name in ("width", "height"):
        _check(0 < row[name] <= LONGEST_SIDE, f"{name}: 1 to {LONGEST_SIDE} pixels are expected")
    preview = row["preview"]
    is_fit = len(preview) <= LONGEST_PREVIEW and _BASE64.fullmatch(preview)
    _check(is_fit, "preview: a few hundred bytes in base64 are expected")


def file_of(picture: Mapping[str, Any], name: Any, content: bytes) -> bytes:
    """Return the content of a picture's file of that name. Raises Malformed if it is not the
    picture that the name says.
    """
    from PIL import Image

    known = {
        f"{width}.{ending}": (width, _FORMATS[ending])
        for width in widths_of(picture["width"])
        for ending in TYPES
    }
    _check(isinstance(name, str) and name in known, f"files: {name!r} is no name of its files")
    width, kind = known[name]
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as image:
            is_it = image.width == width and image.height <= LONGEST_SIDE
    except Exception:  # whatever a decoder raises at what is no picture
        is_it = False
    _check(is_it, f"files: {name} is no such picture")
    return content


def decoded(given: Any) -> bytes:
    """Return the bytes that stand in base64. Raises Malformed."""
    try:
        return base64.b64decode(_text(given), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("files: that is no base64") from error


def words_of(given: Any) -> dict[str, Any]:
    """Return those of the site's words that are given. Raises Malformed."""
    _check(isinstance(given, dict), "words: an object is expected")
    kept = {field.name: given[field.name] for field in fields(Words) if field.name in given}
    for name, value in kept.items():
        _check(_WORDS.get(name, _is_words)(value), f"words: {name} is malformed")
    return kept


def policy_of(given: Any) -> dict[str, Any]:
    """Return those of the policy's fields that are given. Raises Malformed."""
    _check(isinstance(given, dict), "policy: an object is expected")
    kept = {field.name: given[field.name] for field in fields(Policy) if field.name in given}
    for name, value in kept.items():
        _check(_POLICY[name](value), f"policy: {name} is malformed")
    return kept


def lists_of(given: Any) -> dict[str, str]:
    """Return the texts of the office's lists. Raises Malformed."""
    _check(isinstance(given, dict), "lists: an object is expected")
    kept = {name: given[name] for name in blocklists.NAMES if name in given}
    for name, value in kept.items():
        is_fit = _is_words(value, blocklists.LONGEST)
        _check(is_fit, f"lists: {name} is malformed")
    return kept


def identity_of(given: Any) -> str:
    """Return what the site's feeds are known by. Raises Malformed."""
    _check(isinstance(given, str) and _IDENTITY.fullmatch(given), "identity: 16 hex digits")
    return str(given)


def _value(column: Column[Any], given: Any) -> Any:
    kind: Any = column.type
    if given is None:
        _check(column.nullable, "it cannot be null")
        return None
    for known, read in _READERS.items():
        if isinstance(kind, known):
            return read(kind, given)
    raise TypeError(kind)


def _moment(_kind: Any, given: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(given))
        _check(moment.tzinfo is not None, "that moment has no offset")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("that is no moment like 2012-12-20T08:00:00+00:00") from error
    _check(moment.year in YEARS, "that year is none of ours")
    return moment


def _choice(kind: Enum, given: Any) -> enum.Enum:
    chosen: dict[str, enum.Enum] = {one.value: one for one in kind.enum_class or ()}
    _check(isinstance(given, str) and given in chosen, "that is none of its values")
    return chosen[given]


def _switch(_kind: Any, given: Any) -> bool:
    _check(isinstance(given, bool), "true or false is expected")
    return bool(given)


def _number(given: Any) -> int:
    is_number = isinstance(given, int) and not isinstance(given, bool)
    _check(is_number and 0 <= given <= HIGHEST, f"a number from 0 to {HIGHEST} is expected")
    return int(given)


def _text(given: Any, longest: int | None = None) -> str:
    _check(isinstance(given, str), "a text is expected")
    _check("\0" not in given, "it has a NUL character")
    _check(longest is None or len(given) <= longest, f"it is longer than {longest} characters")
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise Malformed("it has half a character") from error
    return str(given)


# in this order: what is of a kind is also of the later ones
_READERS: dict[Any, Callable[[Any, Any], Any]] = {
    Moment: _moment,
    Enum: _choice,
    Boolean: _switch,
    Integer: lambda _kind, given: _number(given),
    (LongText, Text): lambda _kind, given: _text(given),
    String: lambda kind, given: _text(given, kind.length),
    JSON: lambda _kind, given: _json(given),
}


def _json(given: Any, depth: int = 0) -> Any:
    """Return a JSON value that can be shown: what no database stores is replaced in its texts."""
    _check(depth <= DEEPEST, "it is nested too deeply")
    if isinstance(given, str):
        return _UNSTORABLE.sub("\ufffd", given)
    if isinstance(given, list):
        return [_json(each, depth + 1) for each in given]
    if isinstance(given, dict):
        return {_json(name): _json(each, depth + 1) for name, each in given.items()}
    if isinstance(given, int | float):
        _check(abs(given) <= FURTHEST, "that number is too large")
    return given


def _is_words(given: Any, longest: int = LONGEST_WORDS) -> bool:
    return isinstance(given, str) and len(given) <= longest and _text(given) == given


def _is_link(given: Any) -> bool:
    is_pair = isinstance(given, list) and len(given) == 2 and all(map(_is_words, given))
    return is_pair and (is_web(given[1]) or is_mail(given[1]))


def _is_id(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= HIGHEST


def _matches(pattern: re.Pattern[str], given: Any) -> bool:
    return isinstance(given, str) and bool(pattern.fullmatch(given))


def _is_zone(given: Any) -> bool:
    with suppress(ValueError):
        return given == "" or (isinstance(given, str) and bool(config.zone(given)))
    return False


_WORDS: dict[str, Callable[[Any], bool]] = {
    "email": lambda given: given == "" or (isinstance(given, str) and is_mailbox(given)),
    "links": lambda given: (
        isinstance(given, list) and len(given) <= MOST_LINKS and all(map(_is_link, given))
    ),
    "thanks": lambda given: isinstance(given, bool),
    "welcome": lambda given: isinstance(given, bool),
    **dict.fromkeys(("logo", "header_picture"), lambda given: given == "" or _matches(KEY, given)),
    "accent": lambda given: given == "" or is_colour(given),
    "layout": lambda given: given in LAYOUTS,
    # its catalogue may come later: until then the site speaks as the host has set it
    "language": lambda given: given == "" or _matches(languages.CODE, given),
    "timezone": _is_zone,
    "pinned": lambda given: given is None or _is_id(given),
    "headlines": lambda given: (
        isinstance(given, list) and len(given) <= MOST_HEADLINES and all(map(_is_id, given))
    ),
}
_POLICY: dict[str, Callable[[Any], bool]] = {
    "moderation": lambda given: given in (None, *_MODERATIONS),
    "close_after": lambda given: given is None or (_is_id(given) and given <= MOST_DAYS),
    "emergency": lambda given: isinstance(given, bool),
    "reserved": _is_words,
    "strength": lambda given: given in [strength.value for strength in verdict.Strength],
}


def _check_saved(side: Mapping[str, Any]) -> None:
    """Raise Malformed for what no article can be saved as."""
    policy_of(side)
    check_slug(side.get("slug") or "x")
    _check(len(side.get("title") or "") <= TITLE_LENGTH, "title: it is too long")


# values of the log that are shown, or looked up, as texts
_NAMES = frozenset(
    {
        "status",
        "text",
        "title",
        "slug",
        "undoes",
        "moderation",
        "notices",
        "reserved",
        *blocklists.NAMES,
    }
)
# of entries that the office can undo: what checks what it would put back
_PUT_BACK: dict[tuple[str, str], Callable[[Any], object]] = {
    (AuditAction.WORDS.value, "site"): words_of,
    (AuditAction.POLICY.value, "site"): policy_of,
    (AuditAction.POLICY.value, "article"): policy_of,
    (AuditAction.SAVED.value, "article"): _check_saved,
    (AuditAction.LISTS.value, "site"): lists_of,
}


def _check(is_so: object, words: str) -> None:
    if not is_so:
        raise Malformed(words)
