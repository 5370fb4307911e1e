"""What every template can use: addresses, dates, names, pictures; and the cache of compiled
templates.
"""

from collections.abc import MutableMapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from flask import Flask, current_app, request, url_for
from flask.templating import Environment as FlaskEnvironment
from flask_babel import gettext
from jinja2 import FileSystemBytecodeCache, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import missing
from sqlalchemy import Row

from pnpm import config
from pnpm.articles.models import Article, address
from pnpm.comments.models import Comment
from pnpm.markup import quantities, sanitizer
from pnpm.markup.emoticons import EMOTICONS

from . import assets, dates, htmx
from .site import current_site

TONES = 8  # calm colours for the picture beside a name
ICON = config.TOP / "static" / assets.ICON
SENTENCES = 2048  # of all templates, kept as pages have them: those of two languages
SUMMARY = 200  # characters: what WhatsApp shows of a page
FOLDER = "compiled"  # in the instance folder, since nobody else may write code that is run


class Environment(FlaskEnvironment):
    """Flask's templates, which share their globals: Jinja gives each of them a ChainMap, for those
    of its own, and copies that key by key in each rendering, which takes ten times as long.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of all, with its own, if it has any."""
        return {**self.globals, **d} if d else self.globals


def init_app(app: Flask) -> None:
    """Give the templates their globals and filters."""
    app.context_processor(lambda: {"site": current_site()})
    app.jinja_env.globals.update(
        asset=asset,
        address_of=address_of,
        icon=lambda: assets.data_address(ICON, current_site().shades.light),
        emoticons=EMOTICONS,
        htmx_config=htmx.CONFIG,
        month_name=lambda year, number: dates.month(year, number, current_site().language),
        name_of=name_of,
        edit_address=edit_address,
        reply_address=reply_address,
        tone_of=tone_of,
        longest_comment=app.config["PNPM"].comment_max_length,
    )
    # in place of Jinja's, which finds the function anew for each sentence
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
    app.jinja_env.filters.update(
        written=_local(dates.written),
        day=_local(dates.day),
        short_day=_local(dates.short_day),
        time=_local(dates.time),
        grouped=lambda number: quantities.grouped(number, current_site().language),
        size=lambda amount: quantities.size(amount, current_site().language),
        exact=_local(lambda moment, zone, _language: dates.exact(moment, zone)),
        pictured=lambda html: sanitizer.shown(html, lambda: asset("emoticons.svg")),
        trusted=sanitizer.trusted,
        illustrated=lambda html: sanitizer.illustrated(html, request.script_root),
        summary=lambda html: _summary(sanitizer.prose(html)),
    )


def _local(write):
    """Return the filter that writes a moment in the site's zone and language."""

    @pass_context
    def written(context, moment):
        site = _site_of(context)
        return write(moment, site.zone, site.language)

    return written


def asset(name: str, **more) -> str:
    """Return the address of a file in static/, under its hashed name; `_external` for the whole
    URL. The stylesheet and the icon are those with the site's accent.
    """
    filename = current_app.config["ASSETS"][name]
    if name in assets.ACCENTED:
        filename = current_site().accented.get(name, filename)
    # url_for is called only for what needs it: it costs a page of 100 comments more than its
    # queries do
    if more:
        return url_for("static", filename=filename, **more)
    return f"{request.script_root}/static/{filename}"


def address_of(article: Article | Row, **more) -> str:
    """Return the article's address; `before`, `after` or `comment` for another stretch of comments,
    `_anchor` for what comes after the #, `_external` for the whole URL.
    """
    parts = address(article.slug, article.published_at, current_site().zone)
    if "_external" in more:
        return url_for("articles.show", **parts, **more)
    written = f"/{parts['year']:04}/{parts['month']:02}/{parts['slug']}.html"
    anchor = more.pop("_anchor", None)
    if more:
        written += f"?{'&'.join([f'{name}={_quoted(value)}' for name, value in more.items()])}"
    if anchor is not None:
        written += f"#{anchor}"
    return f"{request.script_root}{written}"


def _quoted(value):
    return value if isinstance(value, int) else quote_plus(value)


def reply_address(comment: Comment | Row) -> str:
    """Return the address of the form that answers a comment; without url_for, as for `asset`."""
    return f"{request.script_root}/comments/{comment.id}/reply"


def edit_address(token: str) -> str:
    """Return the address of the form in which an author changes the comment of that token."""
    return f"{request.script_root}/comments/{token}/edit"


def name_of(comment: Comment | Row) -> str:
    """Return who wrote a comment, as readers see it."""
    return comment.name or gettext("Anonim")


def tone_of(name: str) -> int:
    """Return the number of a calm colour, from 1 to TONES; for a name it is always the same."""
    return sum(name.encode()) % TONES + 1


@pass_context
def _gettext(context, sentence, /, **values):
    """Return a sentence in the site's language, with its numbers as people read them."""
    site = _site_of(context)
    is_plain = not values and context.eval_ctx.autoescape
    if is_plain and (words := _sentence(site.catalogue, sentence)):
        return words
    return _filled(context, site, site.catalogue.gettext(sentence), values)


@pass_context
def _ngettext(context, singular, plural, count, /, **values):
    """Return a sentence about `count` things, which it may call `num`."""
    site = _site_of(context)
    words = site.catalogue.ngettext(singular, plural, count)
    return _filled(context, site, words, {"num": count, **values})


@lru_cache(SENTENCES)
def _sentence(catalogue, sentence):
    """Return a sentence that is the same each time as a page has it, None for another: a comment
    that is shown has nine of them.
    """
    words = sanitizer.escaped(catalogue.gettext(sentence))
    return None if "%" in words else words


def _site_of(context):
    """Return the site that a template has by `init_app`: to ask Flask for it, a dozen times for one
    comment, takes longer. What a template imports has none.
    """
    site = context.resolve_or_missing("site")
    return current_site() if site is missing else site


def _filled(context, site, words, values):
    if context.eval_ctx.autoescape:
        # what is put into it is escaped, too; and a translator may have written quotation marks
        words = sanitizer.escaped(words)
    if not values and "%" not in words:  # most of them
        return words
    return words % quantities.spelled(values, site.language)


def _summary(words):
    """Return the text, cut between two words if it is longer than SUMMARY."""
    if len(words) <= SUMMARY:
        return words
    return words[:SUMMARY].rsplit(" ", 1)[0] + " …"


class Compiled(FileSystemBytecodeCache):
    """Jinja's bytecode cache in the instance folder, since compiling the templates of a page takes
    longer than rendering it. It knows a template by its text; where it cannot be written, templates
    are compiled each time.
    """

    def __init__(self, instance: Path):
        super().__init__(str(instance / FOLDER))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a compiled template, if it is cached."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Cache a compiled template."""
        with suppress(OSError):
            Path(self.directory).mkdir(0o700, exist_ok=True)
            super().dump_bytecode(bucket)
