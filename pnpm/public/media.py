"""The office's pictures, as readers get them: a file of pixels and nothing else, never run, kept
for a year.
"""

from flask import Blueprint, abort, current_app, send_file

from pnpm.media import uploads

pictures = Blueprint("pictures", __name__)
FOREVER = 365 * 24 * 3600  # seconds: another picture has another address
POLICY = "default-src 'none'; sandbox"  # opened by itself, it is a picture still


@pictures.get("/pictures/<key>/<name>")
def show(key, name):
    """One file of a picture, of those that readers may see."""
    path, mimetype = uploads.path_of(current_app.config["PNPM"], key, name) or abort(404)
    try:
        answer = send_file(path, mimetype=mimetype, max_age=FOREVER, conditional=True)
    except FileNotFoundError:
        abort(404)
    answer.cache_control.public = answer.cache_control.immutable = True
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
