"""The first steps of a new site: what is done of them, as the site itself shows it, and the button
that closes or opens them for all admins.

They are shown from the first account on. A site that an older version has made never had one with
this setting: it is in use, and is left alone.
"""

from dataclasses import asdict
from typing import NamedTuple

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext

from pnpm.articles.queries import beginnings
from pnpm.articles.static_pages import ABOUT
from pnpm.audit.models import ChangeSet
from pnpm.audit.settings import change_words
from pnpm.db import transaction
from pnpm.site_settings import Words
from pnpm.web import auth
from pnpm.web.site import current_site

from . import return_to
from .forms import TokenForm

welcome = Blueprint("welcome", __name__, url_prefix=f"{auth.PREFIX}/welcome")
# of the site's words those that say nothing of whose site it is
OTHERS = {"language", "timezone", "pinned", "headlines", "links", "thanks", "welcome"}


class Step(NamedTuple):
    """A step: its name, a sentence of what it is good for, where one does it, and whether it is
    done.
    """

    name: str
    words: str
    address: str
    is_done: bool


def shown() -> list[Step]:
    """Return the steps for who is signed in: none for a moderator, once they are closed, or once
    all are done.
    """
    if not current_site().words.welcome or not auth.signed_in().is_admin:
        return []
    found = steps()
    if all(step.is_done for step in found):
        return []
    return found


def steps() -> list[Step]:
    """Return the five steps, in the order in which one does them."""
    has_about, has_article = beginnings()
    return [
        Step(
            gettext("Nama dan wajah situs"),
            gettext("Nama kantor, semboyan, logo: yang pertama dilihat pembaca."),
            url_for("settings.index"),
            _presents_itself(),
        ),
        Step(
            gettext("Halaman Tentang"),
            gettext("Siapa Anda, dan di mana kantornya. Tulisan awalnya sudah ada."),
            url_for("site_pages.show", name=ABOUT),
            has_about,
        ),
        _mail(),
        Step(
            gettext("Artikel pertama"),
            gettext("Satu kabar pendek dengan satu foto sudah cukup untuk mulai."),
            url_for("admin_articles.new"),
            has_article,
        ),
        _backup(),
    ]


@welcome.post("")
def change():
    """Close the steps, or open them again."""
    form, change_set = TokenForm(), ChangeSet(auth.signed_in().name)
    if not form.validate():
        page = render_template("admin/welcome.html", form=form, steps=steps(), back=return_to.HOME)
        return page, form.refusal
    with transaction():
        change_words(change_set, welcome=request.form.get("welcome") == "on")
    return redirect(return_to.sent_from(None, change_set.done), 303)


def _presents_itself():
    """Tell whether the office has said anything about itself."""
    now, default = asdict(current_site().words), asdict(Words())
    return any(now[name] != default[name] for name in now.keys() - OTHERS)


def _mail():
    name = gettext("Surel")
    if not current_site().config.mail_url:
        words = gettext("Agar situs dapat mengirim surel: satu baris setelan di hosting.")
        address = url_for("help.show", name="pengelola", _anchor="surel-e-mail")
        return Step(name, words, address, False)
    words = gettext("Alamat Anda sendiri, dikonfirmasi: untuk kabar, dan bila kata sandi lupa.")
    return Step(name, words, url_for("account.show_contact"), auth.signed_in().is_reached)


def _backup():
    config = current_app.config["PNPM"]
    words = gettext("Salinan situs dibuat setiap hari. Unduh satu, dan simpan di tempat lain.")
    is_done = config.backups == "daily"
    if not is_done:
        from pnpm.backup import daily, retention

        words = gettext("Buat satu salinan situs, unduh, dan simpan di tempat lain.")
        is_done = bool(retention.files(config.instance / daily.FOLDER))
    return Step(gettext("Cadangan"), words, url_for("backups.index"), is_done)
