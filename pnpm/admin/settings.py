"""The office's pages of settings: change the site's words, preview them, take over a static
page.
"""

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
from pnpm.public.static_pages import PAGES, all_pages, default
from pnpm.site_settings import Setting
from pnpm.web import auth, security
from pnpm.web.site import current_site, proposed

from . import return_to
from .appearance import PAPERS, Accent
from .articles.preview import NOWHERE
from .comments import pages as comment_pages
from .forms import TokenForm
from .settings_forms import OF_THE_POLICY, OF_THE_WORDS, SettingsForm, snapshot

settings = Blueprint("settings", __name__, url_prefix=f"{auth.PREFIX}/settings")
LARGEST = 256 * 1024  # bytes: thirty links with long addresses, each letter in nine
TILES = 8  # pictures to choose one from, besides the present one
RECENT = 50  # entries of the log in which to look for who made a clashing change


@settings.get("")
def index():
    """Render the form with the settings as they are."""
    site = current_site()
    return _page(SettingsForm.of(site.words, site.rules.policy), request.args.get("done", ""))


@settings.post("")
@security.takes(LARGEST)
def change():
    """Save the settings; if somebody else changed the same ones meanwhile, say so and save
    nothing.
    """
    form, change_set = SettingsForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        return _page(form), form.refusal
    with transaction():
        now = snapshot(Setting.words(), Policy.now())
        changes, clashes = form.parted(now)
        if not clashes:
            _change(change_set, changes)
    if clashes:
        for name in clashes:
            form.tell(name, _who_changed(name), now)
        return _page(form), 409
    return redirect(url_for("settings.index", done=change_set.done), 303)


@settings.post("/preview")
@security.takes(LARGEST)
def preview():
    """Render the front page as readers would see it with these words; save nothing."""
    form = SettingsForm()
    if not form.validate():
        return _page(form), form.refusal
    words = {name: value for name, value in form.values.items() if name in OF_THE_WORDS}
    with proposed(replace(current_site().words, **words)):
        framed = pages.front(None).replace("<head>", NOWHERE, 1)
    page = render_template(
        "admin/settings/preview.html",
        framed=framed,
        accent=Accent.of(form.chosen_accent),
        papers=PAPERS,
    )
    return page, {"Content-Security-Policy": security.policy(frame_src="'self'")}


def _change(change_set, changes):
    words = {name: value for name, value in changes.items() if name in OF_THE_WORDS}
    policy = {name: value for name, value in changes.items() if name in OF_THE_POLICY}
    change_words(change_set, **words)
    change_policy(change_set, **policy)


def _who_changed(name):
    """Return who changed that setting last; empty if it was too long ago to be looked for."""
    entries = db.session.scalars(audit_log.of("site", None).limit(RECENT))
    return next((entry.who for entry in entries if name in entry.after), "")


def _page(form, done=""):
    return render_template(
        "admin/settings/index.html",
        form=form,
        logos=_tiles(form.logo.data, current_site().words.logo),
        header_pictures=_tiles(form.header_picture.data, current_site().words.header_picture),
        accent=Accent.of(form.chosen_accent),
        papers=PAPERS,
        done=comment_pages.change_set_done(done),
        back=return_to.SETTINGS,
        pages=all_pages(),
    )


def _tiles(chosen, present):
    """Return the pictures to choose one from, each with its smallest file: the one chosen in the
    form and the present one first, by their keys, then the newest.
    """
    newest = list(db.session.scalars(Picture.shown().limit(TILES)))
    listed = {picture.key for picture in newest}
    pictures = []
    for key in dict.fromkeys((chosen, present)):
        if key and key not in listed:
            picture = Picture.of(key)
            if picture and not picture.deleted_at:
                pictures.append(picture)
    pictures += newest
    return [
        (picture, figures.path_of(picture.key, figures.widths_of(picture.width)[0], "webp"))
        for picture in pictures
    ]


site_pages = Blueprint("site_pages", __name__, url_prefix=f"{auth.PREFIX}/pages")


@site_pages.get("/<name>", endpoint="show")
def show_static_page(name):
    """Redirect to the editor of a static page, or render the default text if the office has no own
    one yet.
    """
    own = page_of(name)
    if own:
        return redirect(url_for("admin_articles.edit", number=own.id), 303)
    if name not in PAGES:
        abort(404)
    return _static_page(name, TokenForm(formdata=None))


@site_pages.post("/<name>", endpoint="begin")
def begin_static_page(name):
    """Begin the office's own static page from the default text; pressed twice, only one is made."""
    form, change_set = TokenForm(), ChangeSet(auth.signed_in().name)
    if name not in PAGES:
        abort(404)
    if not form.validate():
        return _static_page(name, form), form.refusal
    title, source = default(name)
    try:
        with transaction():
            own = begin_page(change_set, name, title, source)
    except IntegrityError:  # somebody else began it at the same moment
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
