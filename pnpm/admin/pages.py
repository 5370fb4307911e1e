"""About and privacy: from the text that came with the program to one of the office's own."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy.exc import IntegrityError

from pnpm.articles.static_pages import begin as begin_page
from pnpm.articles.static_pages import page_of
from pnpm.audit.models import Deed
from pnpm.db import changing
from pnpm.markup import sanitizer
from pnpm.public.standing import PAGES, default
from pnpm.web import auth

from .forms import TokenForm

site_pages = Blueprint("site_pages", __name__, url_prefix=f"{auth.PREFIX}/pages")


@site_pages.get("/<name>")
def show(name):
    """The editor with that page, or the text that it would begin from."""
    own = page_of(name) if name in PAGES else abort(404)
    if own:
        return redirect(url_for("writing.edit", number=own.id), 303)
    return _page(name, TokenForm(formdata=None))


@site_pages.post("/<name>")
def begin(name):
    """Make it the office's own; pressed twice, it is one."""
    form, deed = TokenForm(), Deed(auth.officer().name)
    if name not in PAGES:
        abort(404)
    if not form.validate():
        return _page(name, form), form.refusal
    title, source = default(name)
    try:
        with changing():
            own = begin_page(deed, name, title, source)
    except IntegrityError:  # somebody else did at the same moment
        return redirect(url_for("site_pages.show", name=name), 303)
    return redirect(url_for("writing.edit", number=own.id, done=deed.done), 303)


def _page(name, form):
    title, source = default(name)
    return render_template("office/settings/page.html", name=name, title=title, html=sanitizer.article_html(source), form=form)
