"""The site's words: changed, and seen as readers would before they are."""

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError

from pnpm.articles.static_pages import begin as begin_page
from pnpm.articles.static_pages import page_of
from pnpm.audit import models as audit_log
from pnpm.audit.models import ChangeSet
from pnpm.audit.settings import change_words
from pnpm.comments.policy import Policy, change_policy
from pnpm.db import db, transaction
from pnpm.markup import figures, sanitizer
from pnpm.media.models import Picture
from pnpm.public import pages
from pnpm.public.static_pages import PAGES, default
from pnpm.site_settings import Setting
from pnpm.web import auth, security
from pnpm.web.site import current_site, proposed

from . import return_to
from .articles.preview import NOWHERE
from .comments import pages as comment_pages
from .forms import TokenForm
from .settings_forms import OF_THE_POLICY, OF_THE_WORDS, SettingsForm, snapshot

settings = Blueprint("settings", __name__, url_prefix=f"{auth.PREFIX}/settings")
LARGEST = 256 * 1024  # bytes: thirty links with long addresses, each letter in nine
TILES = 8  # pictures to choose the logo from, besides the one that it is
RECENT = 50  # entries of the log in which to look for who was first


@settings.get("")
def index():
    """The words as they are."""
    site = current_site()
    return _page(SettingsForm.of(site.words, site.rules.policy), request.args.get("done", ""))


@settings.post("")
@security.takes(LARGEST)
def change():
    """Other words; of what somebody else changed meanwhile, nothing is overwritten unsaid."""
    form, change_set = SettingsForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return _page(form), form.refusal
    with transaction():
        now = snapshot(Setting.words(), Policy.now())
        changes, clashes = form.parted(now)
        if not clashes:
            _change(change_set, changes)
    for name in clashes:
        form.tell(name, _who_changed(name), now)
    if clashes:
        return (_page(form), 409)
    return redirect(url_for("settings.index", done=change_set.done), 303)


@settings.post("/preview")
@security.takes(LARGEST)
def preview():
    """The front page as readers would see it with these words; nothing is saved."""
    form = SettingsForm()
    if not form.validate():
        return _page(form), form.refusal
    words = {name: value for name, value in form.values.items() if name in OF_THE_WORDS}
    with proposed(replace(current_site().words, **words)):
        framed = pages.front(None).replace("<head>", NOWHERE, 1)
    page = render_template("admin/settings/preview.html", framed=framed)
    return page, {"Content-Security-Policy": security.policy(frame_src="'self'")}


def _change(change_set, changes):
    change_words(
        change_set, **{name: value for name, value in changes.items() if name in OF_THE_WORDS}
    )
    change_policy(
        change_set, **{name: value for name, value in changes.items() if name in OF_THE_POLICY}
    )


def _who_changed(name):
    entries = db.session.scalars(audit_log.of("site", None).limit(RECENT))
    return next((entry.who for entry in entries if name in entry.after), "")


def _page(form, done=""):
    context = {
        "tiles": _tiles(form),
        "done": comment_pages.change_set_done(done),
        "back": return_to.SETTINGS,
        "pages": PAGES,
    }
    return render_template("admin/settings/index.html", form=form, **context)


def _tiles(form):
    """The newest pictures with their smallest files, and first the one that is chosen or stands
    now.
    """
    newest = list(db.session.scalars(Picture.shown().limit(TILES)))
    known = {picture.key for picture in newest}
    keys = [key for key in (form.logo.data, current_site().words.logo) if key and key not in known]
    others = [
        found for key in dict.fromkeys(keys) if (found := Picture.of(key)) and not found.deleted_at
    ]
    return [
        (each, figures.path_of(each.key, figures.widths_of(each.width)[0], "webp"))
        for each in (*others, *newest)
    ]


site_pages = Blueprint("site_pages", __name__, url_prefix=f"{auth.PREFIX}/pages")


@site_pages.get("/<name>", endpoint="show")
def show_static_page(name):
    """The editor with that page, or the text that it would begin from."""
    own = page_of(name) if name in PAGES else abort(404)
    if own:
        return redirect(url_for("admin_articles.edit", number=own.id), 303)
    return _static_page(name, TokenForm(formdata=None))


@site_pages.post("/<name>", endpoint="begin")
def begin_static_page(name):
    """Make it the office's own; pressed twice, it is one."""
    form, change_set = TokenForm(), ChangeSet(auth.signed_in().name)
    if name not in PAGES:
        abort(404)
    if not form.validate():
        return _static_page(name, form), form.refusal
    title, source = default(name)
    try:
        with transaction():
            own = begin_page(change_set, name, title, source)
    except IntegrityError:  # somebody else did at the same moment
        return redirect(url_for("site_pages.show", name=name), 303)
    return redirect(url_for("admin_articles.edit", number=own.id, done=change_set.done), 303)


def _static_page(name, form):
    title, source = default(name)
    return render_template(
        "admin/settings/page.html",
        name=name,
        title=title,
        html=sanitizer.article_html(source),
        form=form,
    )
