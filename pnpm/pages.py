"""What stands on a page: the words and headlines around it, and what its templates need, found before they are rendered."""

from pathlib import Path
from urllib.parse import urlencode

from babel.support import Translations
from flask import Flask, current_app, render_template, request, url_for
from flask_babel import gettext

from . import dates, htmx, kept, text
from .database import db, now
from .emoticons import EMOTICONS
from .forms.comment import CommentForm
from .models import Article, Comment
from .models.article import PAGE, address, takes_comments
from .models.thread import Stretch
from .site import current_site

ADDRESS = "/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>/<slug>.html"  # an article's, in Blogger's own form
TONES = 8  # calm colours for the picture beside a name
SUMMARY = 200  # characters: what WhatsApp shows of a page


def furnish(app: Flask) -> None:
    """Give the templates what they say: the site, addresses, dates, names, emoticons."""
    app.context_processor(lambda: {"site": current_site()})
    app.jinja_env.globals.update(
        asset=asset,
        address_of=address_of,
        emoticons=EMOTICONS,
        htmx_config=htmx.CONFIG,
        name_of=name_of,
        tone_of=tone_of,
        schema=schema,
        longest_comment=app.config["PNPM"].comment_max_length,
    )
    zone, language = app.config["PNPM"].timezone, app.config["PNPM"].language
    # The site has one language: Flask-Babel would look for each request's at every word.
    words = Translations.load(Path(__file__).parent / "translations", [language])
    app.jinja_env.install_gettext_translations(words, newstyle=True)
    app.extensions["translate"] = words.gettext
    app.jinja_env.filters.update(
        written=lambda moment: dates.written(moment, zone, language),
        day=lambda moment: dates.day(moment, zone, language),
        exact=lambda moment: dates.exact(moment, zone),
        pictured=lambda html: text.shown(html, lambda: asset("emoticons.svg")),
        trusted=text.trusted,
        illustrated=lambda html: text.illustrated(html, request.script_root),
        summary=lambda html: _summary(text.prose(html)),
    )


def asset(name: str, **more) -> str:
    """The address of a file of static/, under the name that changes with its content; `_external` for the whole URL."""
    filename = current_app.config["ASSETS"][name]
    # Spelled out where that is enough: url_for costs a page of 100 comments more than its queries.
    return url_for("static", filename=filename, **more) if more else f"{request.script_root}/static/{filename}"


def address_of(article: Article, **more) -> str:
    """The article's address; `before`, `after` or `comment` for another stretch of comments, `_external` for the whole URL."""
    parts = address(article.slug, article.published_at, current_site().config.timezone)
    if "_external" in more:
        return url_for("articles.show", **parts, **more)
    anchor = f"#{more.pop('_anchor')}" if "_anchor" in more else ""
    query = f"?{urlencode(more)}" if more else ""
    return f"{request.script_root}/{parts['year']:04}/{parts['month']:02}/{parts['slug']}.html{query}{anchor}"


def name_of(comment: Comment) -> str:
    """Who wrote it, as readers see it."""
    return comment.name or gettext("Anonim")


def tone_of(name: str) -> int:
    """One of the calm colours, the same for a name everywhere, from 1."""
    return sum(name.encode()) % TONES + 1


def front(before: int | None) -> str:
    """The front page, or the one with what is older than that article."""
    query = Article.published() if before is None else Article.older_than(before)
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return render_template("articles/index.html", articles=found[:PAGE], has_older=len(found) > PAGE, is_first=before is None)


def article(found: Article, stretch: Stretch, form: CommentForm | None = None, waiting: str = "") -> str:
    """An article's page with a stretch of its comments, and the form: a fresh one, or one with its errors."""
    form = form or CommentForm(found.id, None)
    is_open = takes_comments(found, current_site().rules.policy.close_after, now())
    return render_template("articles/show.html", article=found, stretch=stretch, form=form, waiting=waiting, is_open=is_open)


def fresh_form(found: Article) -> str:
    """The empty form under that article, the same for every reader for an hour; their own browser remembers who they are."""

    def render():
        return render_template("comments/_form.html", article=found, form=CommentForm(found.id, None))

    return text.trusted(kept.piece(("form", found.id), render))


def schema(found: Article, comments: list[Comment]) -> dict:
    """What schema.org calls this Article with its Comments, for search engines."""
    zone, address = current_site().config.timezone, address_of(found, _external=True)
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": found.title,
        "datePublished": dates.exact(found.published_at, zone),
        "url": address,
        "inLanguage": current_site().config.language,
        "publisher": {"@type": "Organization", "name": current_site().words.name},
        "commentCount": found.comment_count,
        "comment": [
            {
                "@type": "Comment",
                "url": f"{address}#comment-{comment.id}",
                "author": {"@type": "Person", "name": name_of(comment)},
                "dateCreated": dates.exact(comment.created_at, zone),
                "text": text.plain(comment.html),
            }
            for comment in comments
        ],
    }


def _summary(words):
    return words if len(words) <= SUMMARY else words[:SUMMARY].rsplit(" ", 1)[0] + " …"
