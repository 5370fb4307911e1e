"""The token of the form under an article."""

from flask import current_app
from flask_babel import gettext
from wtforms import ValidationError
from wtforms.csrf.core import CSRF

from pnpm import signing

from . import page_cache

# A page may stay open in a phone's tab for days. As many hours ahead count as well, since the
# server's clock may have been fast.
TOKEN_HOURS = 7 * 24


class HourlyToken(CSRF):
    """A token without a session: signed, bound to the article and the hour, the same for every
    reader.

    So the page is the same bytes for all, and sets no cookie. The token does not prove who sends
    the form; where a browser says that another site does, `security.refuse_cross_site` refuses it.
    """

    def setup_form(self, form):
        self.article_id = form.meta.csrf_context
        self.key = current_app.config["PNPM"].secret_key
        return super().setup_form(form)

    def generate_csrf_token(self, field):
        return signing.sign(self.key, "comment form", f"{self.article_id}.{page_cache.hour()}")

    def validate_csrf_token(self, form, field):
        signed = signing.read(self.key, "comment form", field.data or "") or ""
        article_id, _dot, hour = signed.partition(".")
        if article_id != str(self.article_id) or abs(page_cache.hour() - int(hour)) > TOKEN_HOURS:
            raise ValidationError(
                gettext(
                    "Halaman ini sudah terlalu lama terbuka. Tulisan Anda masih ada: tekan "
                    "Kirim komentar sekali lagi."
                )
            )
