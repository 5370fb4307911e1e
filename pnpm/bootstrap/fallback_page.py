"""The page shown when the site cannot start. It needs no database, static file, package or newer
Python.

The starting script reads this file by its path, also where no package is installed; so it is
written for any Python.
"""

import base64
import hashlib
import re

STYLE = (
    ":root{color-scheme:light dark}body{font:1.125rem/1.65 "
    "system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;"
    "background:#fbfaf5;color:#1d1a16}h1{font-size:1.4rem;line-height:1.3}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
    "@media(prefers-color-scheme:dark){body{background:#1a1512;color:#f0e9df}}"
)
POLICY = (
    "default-src 'none'; style-src 'sha256-%s'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
) % (base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode())
OLDEST = (3, 11)
ENGLISH = "This site cannot be started. "
TOO_OLD = (
    "Pengelola: situs ini memerlukan Python %d.%d atau lebih baru, tetapi dijalankan "
    "dengan Python %d.%d. "
    "Pilih versi yang lebih baru di panel hosting."
)
TOO_OLD_IN_ENGLISH = (
    "Host: it needs Python %d.%d or newer, but runs with Python %d.%d. Choose a newer version in "
    "the hosting panel."
)
MISSING = (
    "Pengelola: paket %s belum terpasang. Pasang isi requirements.txt lewat halaman Python "
    "di panel hosting, "
    "lalu muat ulang aplikasinya."
)
MISSING_IN_ENGLISH = (
    "Host: the package %s is not installed. Install what requirements.txt lists on the panel's "
    "Python page, then restart the application."
)
SETTING = (
    "Pengelola: nilai setelan %s tidak dapat dipakai. Catatan galat (error log) server "
    "mengatakan apa yang diminta."
)
SETTING_IN_ENGLISH = (
    "Host: the value of the setting %s cannot be used. The server's error log says what it takes."
)
BROKEN = (
    "Pengelola: lihat catatan galat (error log) server ini. Baris terakhirnya mengatakan apa "
    "yang salah."
)
BROKEN_IN_ENGLISH = "Host: look at the server's error log. Its last line says what is wrong."
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]


def page(title, text, language="id", english=""):
    """Return the page with that title and text in a language, and a text in English below it where
    nobody knows yet which language the site has. All are plain text; the page is bytes.
    """
    texts = "<p>%s</p>\n" % _escaped(text)
    if english:
        texts += '<p lang="en">%s</p>\n' % _escaped(english)
    head = (
        '<!doctype html>\n<html lang="%s">\n<meta charset="utf-8">\n<meta name="viewport" '
        'content="width=device-width">\n'
    ) % language
    return (
        "%s<title>%s</title>\n<style>%s</style>\n<h1>%s</h1>\n%s"
        % (head, _escaped(title), STYLE, _escaped(title), texts)
    ).encode("utf-8")


def answer(environ, start_response, body, wait=60):
    """Answer any request with that page: 503, to be retried after `wait` seconds. htmx leaves the
    form as it is.
    """
    more = [("Retry-After", str(wait)), ("Content-Length", str(len(body)))]
    start_response("503 Service Unavailable", HEADERS + more)
    if environ.get("REQUEST_METHOD") == "HEAD":
        return []
    return [body]


def reason(error, version):
    """Return what the host can do about an error that kept the site from starting under that
    version of Python, in Indonesian and in English. It shows no setting's value.
    """
    setting = re.search("PNPM_[A-Z_]+", str(error))
    if version < OLDEST:
        found = OLDEST + version
        return TOO_OLD % found, ENGLISH + TOO_OLD_IN_ENGLISH % found
    if isinstance(error, ImportError):
        package = getattr(error, "name", None) or error
        return MISSING % package, ENGLISH + MISSING_IN_ENGLISH % package
    if setting:
        return SETTING % setting.group(), ENGLISH + SETTING_IN_ENGLISH % setting.group()
    return BROKEN, ENGLISH + BROKEN_IN_ENGLISH


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")
