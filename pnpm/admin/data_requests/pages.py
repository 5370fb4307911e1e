"""The office's pages of a request: what their templates need is found here."""

from datetime import datetime
from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext

from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.privacy import matches, residue
from pnpm.privacy.matches import Item
from pnpm.privacy.models import DataRequest, Kind
from pnpm.web import data_copies

from ..forms import OfficeForm
from ..query_string import words_of
from .forms import AnswerForm, CorrectionForm, ErasureForm


def page(
    asked: DataRequest, form: OfficeForm | None = None, answer: AnswerForm | None = None
) -> str:
    """Render a request with what may belong to it; `form` or `answer` is one that was refused."""
    words = words_of(request.args)
    found = matches.find(asked, words) if asked.is_open else matches.Found([], [], [])
    items = _with_chosen(found.items, asked)
    ticked = found.sure() if asked.chosen is None else asked.chosen
    return render_template(
        "admin/data_requests/show.html",
        asked=asked,
        items=items,
        ticked={*ticked},
        headings=_headings(items),
        articles=found.articles,
        accounts=found.accounts,
        q=words,
        most=matches.MOST,
        form=form,
        answer=answer or AnswerForm(formdata=None, words=_draft(asked), shared=_is_to_see(asked)),
        is_mailing=asked.is_proved and current_app.config["PNPM"].mail_url is not None,
        is_left=residue.is_left(),
    )


def erasure_page(asked: DataRequest, form: ErasureForm) -> str:
    """Render what will be erased."""
    items = matches.of_keys(asked.chosen or [])
    return render_template(
        "admin/data_requests/erasure.html",
        asked=asked,
        items=items,
        headings=_headings(items),
        form=form,
        is_anonymous=form.anonymous.data,
    )


def correction_page(asked: DataRequest, comment: Comment, form: CorrectionForm) -> str:
    """Render a comment to be corrected."""
    return render_template(
        "admin/data_requests/correction.html", asked=asked, comment=comment, form=form
    )


def copy_page(asked: DataRequest) -> str:
    """Render the copy of what was chosen of a request."""
    return render_template(
        "admin/data_requests/copy.html",
        asked=asked,
        copy=copy_of(asked),
        moment=datetime.fromisoformat,
    )


def copy_of(asked: DataRequest) -> dict[str, Any]:
    """Return the copy of what was chosen of a request."""
    return data_copies.of(asked, matches.of_keys(asked.chosen or []))


def _with_chosen(items: list[Item], asked: DataRequest) -> list[Item]:
    """Return what was found, and what was chosen before by other words."""
    known = {item.key for item in items}
    others = [key for key in asked.chosen or () if key not in known]
    return [*items, *(item._replace(reason="chosen") for item in matches.of_keys(others))]


def _headings(items):
    return Article.headings_of(item.thing.article_id for item in items if item.kind == "comment")


def _is_to_see(asked):
    return asked.kind is Kind.SEE and asked.is_proved


def _draft(asked):
    """Return the beginning of an answer, to be changed by who sends it; nothing where it would say
    what is not done yet.
    """
    if asked.kind is Kind.SEE:
        return gettext(
            "Data yang kami simpan tentang Anda ada dalam salinan. Bila ada yang keliru atau ingin "
            "dihapus, sampaikan kepada kami."
        )
    if asked.kind is Kind.CORRECT:
        return gettext("Data Anda sudah kami perbaiki seperti yang Anda minta.")
    if not asked.erased_at:
        return ""
    return gettext(
        "Data Anda sudah kami hapus dari situs ini. Cadangan lama masih memuatnya sampai diganti "
        "yang baru, biasanya lima minggu; bila dipulihkan, data itu dihapus lagi."
    )
