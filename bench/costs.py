"""What one request of 64 kB costs at most: each form of the site, each of its fields, filled with
what keeps parsers busy.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from pnpm import LARGEST_REQUEST, create_app
from pnpm.accounts.models import Role, User
from pnpm.db import db, transaction

from .budget import Row, Unmeasured
from .officer import NAME, PASSWORD

LIMIT = 100  # milliseconds of processor
# times that the worst are measured: what only another process made slow is not slow the next time
AGAIN = 5
WORST = 8
LONGEST_QUERY = 8000  # bytes: what web servers take as an address
PARTS = (
    ".",
    "@",
    "a@",
    "<",
    "<p ",
    "<b>",
    "&",
    "&amp",
    "\0",
    "\n",
    " ",
    "\u0301",
    "\U0001d400",
    "%",
    "'\"",
    "(",
    ":)",
    "http://a.id ",
    "-",
    "9",
    "{",
)
SHAPES = {
    "a@…@": "a@" + "." * LARGEST_REQUEST + "@",
    "<p …<b>": "<p " * (LARGEST_REQUEST // 4) + "<b>" * LARGEST_REQUEST,
    "<a …>": "<a " + " ".join(f"b{number:x}" for number in range(LARGEST_REQUEST // 6)) + ">",
}
PAGES = (
    "/admin/comments?status=all",
    "/admin/comments/1",
    "/admin/articles",
    "/admin/articles/new",
    "/admin/articles/1",
    "/admin/lists",
    "/admin/policy",
    "/admin/settings",
    "/admin/headlines",
    "/admin/users",
    "/admin/account",
    "/admin/account/password",
    "/admin/account/factor",
    "/admin/log",
    "/admin/backups",
)
TYPED = {
    "text",
    "hidden",
    "email",
    "search",
    "url",
    "password",
    "textarea",
    "date",
    "number",
    "datetime-local",
}
# they end the session, write archives, or hash a password
PASSED_OVER = {"/admin/logout", "/admin/backups", "/admin/users"}


def measure(instance: Path, article: str) -> Iterator[Row]:
    """The rows of the costliest requests to the site of that prepared instance; `article` is the
    path of one of its articles.
    """
    app = create_app(
        {"INSTANCE": str(instance), "COMMENT_LIMIT": "off", "MODERATION": "off", "BACKUPS": "off"}
    )
    with app.app_context():
        if User.named(NAME) is None:
            with transaction():
                User.add(NAME, Role.ADMIN, PASSWORD)
        db.session.remove()
    reader, officer = app.test_client(), app.test_client()
    _sign_in(officer)
    asked = [(client, *request) for client, request in _requests(reader, officer, article)]
    yield _costliest(
        "by whoever has no account", [request for request in asked if request[0] is reader]
    )
    yield _costliest("by an officer", [request for request in asked if request[0] is officer])
    with app.app_context():
        db.engine.dispose()


def _costliest(name, requests):
    costs = sorted(
        ((_cost(*request), number) for number, request in enumerate(requests)), reverse=True
    )
    worst = [
        (min(_cost(*requests[number]) for _time in range(AGAIN)), number)
        for _first, number in costs[:WORST]
    ]
    most, number = max(worst)
    _client, method, path, what, _body = requests[number]
    note = f"{method} {path[:60]}, {what}; of {len(requests):,}"
    return Row(f"the costliest request of 64 kB {name}, processor", most, LIMIT, " ms", note=note)


def _sign_in(client):
    token = _page(client, "/admin/login").select_one("[name=csrf_token]")["value"]
    answer = client.post(
        "/admin/login", data={"csrf_token": token, "username": NAME, "password": PASSWORD}
    )
    if answer.status_code != 303:
        raise Unmeasured(f"signing in answers {answer.status_code}")


def _requests(reader, officer, article):
    """Every field of every form, filled with each text; then forms of very many fields, and
    searches.
    """
    forms = [(reader, form) for form in _forms(reader, article)]
    forms += [(reader, form) for form in _forms(reader, "/admin/login")]
    forms += [(officer, form) for page in PAGES for form in _forms(officer, page)]
    seen = set()
    for client, (action, fields) in forms:
        if action in seen or action in PASSED_OVER:
            continue
        seen.add(action)
        for name in fields:
            if name not in ("csrf_token", "token"):
                yield from (
                    (client, _filled(action, fields, name, what, text)) for what, text in _texts()
                )
        yield client, ("POST", action, "20,000 fields", "&".join(["a="] * (LARGEST_REQUEST // 3)))
    for path in ("/admin/comments", "/admin/articles", "/admin/log"):
        for what, text in _texts():
            query = (
                quote(text[:LONGEST_QUERY])[:LONGEST_QUERY].rpartition("%")[0]
                or text[:LONGEST_QUERY]
            )
            yield officer, ("GET", f"{path}?q={query}", f"q={what}", None)


def _forms(client: FlaskClient, page: str):
    for form in _page(client, page).select("form[method=post]"):
        fields = {}
        for field in form.select("input[name], textarea[name], select[name]"):
            kind = field.get("type", "text") if field.name == "input" else field.name
            if kind in TYPED:
                fields[field["name"]] = field.text if kind == "textarea" else field.get("value", "")
        yield form.get("action") or page, fields


def _page(client, path):
    answer = client.get(path)
    if answer.status_code != 200:
        raise Unmeasured(f"{path} answers {answer.status_code}")
    return BeautifulSoup(answer.text, "html.parser")


def _texts():
    yield from ((repr(part), part * LARGEST_REQUEST) for part in PARTS)
    yield from SHAPES.items()


def _filled(action, fields, name, what, text):
    """A form as large as one may be, with that text in one of its fields."""
    rest = "&".join(
        f"{quote(other)}={quote(value)}" for other, value in fields.items() if other != name
    )
    room = LARGEST_REQUEST - len(rest) - len(name) - 2
    # Spelled with three bytes a letter where it must be: so many letters fit, and no more.
    spelled = (
        quote(text[:room], safe="@./(:)<'\"{-") if text.isascii() else quote(text[: room // 6])
    )
    cut = spelled[:room]
    cut = cut[: cut.rfind("%")] if "%" in cut[-2:] else cut
    return "POST", action, f"{name} full of {what}", f"{rest}&{quote(name)}={cut}"


def _cost(client, method, path, what, body):
    """Milliseconds of processor that this process takes to answer."""
    more = {"data": body, "content_type": "application/x-www-form-urlencoded"} if body else {}
    begun = time.process_time()
    answer = client.open(path, method=method, **more)
    answer.close()
    took = 1000 * (time.process_time() - begun)
    if answer.status_code >= 500:
        raise Unmeasured(f"{method} {path[:60]} answers {answer.status_code} to {what}")
    return took
