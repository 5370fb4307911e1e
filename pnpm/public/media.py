"""The office's pictures as readers get them: files that browsers keep for a year, and never run."""

from flask import Blueprint, abort, current_app, send_file

pictures = Blueprint("pictures", __name__)
FOREVER = 365 * 24 * 3600  # seconds: another picture has another address
POLICY = "default-src 'none'; sandbox"  # a picture that is opened by itself runs nothing


@pictures.get("/pictures/<key>/<name>")
def show(key, name):
    """Send one file of a picture; 404 if readers may not see it."""
    from pnpm.media import uploads  # which no page needs

    path, mimetype = uploads.path_of(current_app.config["PNPM"], key, name) or abort(404)
    if not path.is_file():
        path = _thumbnail(path) or abort(404)
    try:
        answer = send_file(path, mimetype=mimetype, max_age=FOREVER, conditional=True)
    except FileNotFoundError:
        abort(404)
    answer.cache_control.public = answer.cache_control.immutable = True
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _thumbnail(path):
    from pnpm.media import thumbnails  # each is made once

    return thumbnails.made(path)
