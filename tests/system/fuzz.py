"""A fuzz of every route of the URL map, signed in and out, over real sockets; the same seed asks
for the same.

An address, its form, headers and cookies begin as an honest browser would send them, and some of
that is spoilt: so a good part gets past the token and the form's first checks, to what lies behind.
"""

import http.client
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from bs4 import BeautifulSoup
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from pnpm import close, create_app, signing
from pnpm.accounts.models import Role, SignIn, User
from pnpm.articles.models import Article, Status
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.models import Comment
from pnpm.comments.policy import change_policy
from pnpm.config import TOP
from pnpm.db import db, now, transaction
from pnpm.privacy.models import DataRequest, Kind, Stage
from pnpm.web import page_cache

from .hostile import HEADERS, HOSTS, METHODS, NUMBERS, RAW, TYPES, WORDS

HOST = "127.0.0.1"
SECONDS = 30  # for an answer: what takes longer counts as none
ROUND = 100  # requests, after which accounts and sessions that were taken away are there again
AT_ONCE = 4
OPEN = 5  # articles
FORMS = 15  # rounds, after which they are read again
PAGES = 35  # of the office, whose forms are taken as patterns
BROWSERS = 5  # of each officer: one that signs out is not the last
NAMES = {Role.ADMIN: "Bu Camat", Role.MODERATOR: "Rudi"}
SESSION_TOKEN = "0123456789abcdef" * 2
PASSWORD = "empat kata yang biasa"
# A password is slow to hash by design, and others read all that there is, or end everybody's
# sessions; and nobody gets past a token that only a mail or an answer has.
SELDOM = re.compile(r"/(login|logout|sessions|setup|users|password|checkup|backups)\b|<token>")
SHARE_OF_THEM = 0.2
SHARE_OF_COMMENTS = 5  # of what readers send there is this alone
OFFICERS, READERS = (7, 2, 1), (1, 1, 8)  # shares of admins, moderators and strangers


class Request(NamedTuple):
    """What goes over the wire; `is_cut`: the sender says then that nothing more comes."""

    line: str
    head: bytes
    body: bytes
    is_cut: bool = False


class Answer(NamedTuple):
    """What came of it: a status (0: no whole answer), and seconds."""

    status: int
    seconds: float
    request: Request


@dataclass
class Found:
    """What a fuzz found."""

    answers: list[Answer]
    change_sets: int
    log: str
    statuses: Counter = field(init=False)

    def __post_init__(self):
        self.statuses = Counter(answer.status for answer in self.answers)

    @property
    def faults(self) -> list[str]:
        """Requests that were answered 5xx or not at all, and errors of the log."""
        bad = [answer for answer in self.answers if answer.status == 0 or answer.status >= 500]
        said = [
            f"{answer.status} {answer.request.line}\n{answer.request.head!r}\n{answer.request.body[:600]!r}"
            for answer in bad
        ]
        return said + (
            ["the log: " + self.log[-6000:]]
            if re.search(r'Traceback|File "|[A-Z]\w+Error\b', self.log)
            else []
        )

    @property
    def worst(self) -> Answer:
        """What took longest."""
        return max(self.answers, key=lambda answer: answer.seconds)

    def share(self, first: int) -> float:
        """The share of the statuses that begin with that digit."""
        return sum(
            number for status, number in self.statuses.items() if status // 100 == first
        ) / len(self.answers)


class Site:
    """The site that is asked: what is in it, who is signed in, and its forms as an honest browser
    gets them.
    """

    def __init__(self, instance: Path, port: int, overrides: dict):
        self.port, self.app = port, create_app({"INSTANCE": str(instance), **overrides})
        self.rules = [rule for rule in self.app.url_map.iter_rules() if not rule.build_only]
        self.weights = [_weight(rule) for rule in self.rules]
        source = "".join(path.read_text("utf-8") for path in (TOP / "pnpm").rglob("*.py"))
        self.arguments = sorted(set(re.findall(r'args(?:\.get)?[\(\[]"(\w+)"', source)))
        self.files = [
            f"/static/{path.relative_to(TOP / 'static')}"
            for path in sorted((TOP / "static").rglob("*.*"))
        ]
        self.forms, self.cookies = {}, {}
        self.token = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(
            SESSION_TOKEN
        )

    def mend(self) -> None:
        """Bring back what the last requests may have taken away: accounts and their sessions, an
        article, the switches.
        """
        hour_ago = now() - timedelta(hours=1)
        with self.app.app_context():
            with transaction():
                change_policy(ChangeSet("uji"), emergency=False, moderation="off")
                for article in db.session.scalars(
                    select(Article).where(Article.status != Status.PAGE).limit(OPEN)
                ):
                    article.status, article.comments_open = Status.PUBLISHED, True
                    article.published_at = min(article.published_at or hour_ago, hour_ago)
                if db.session.query(DataRequest).filter_by(stage=Stage.OPEN).count() < OPEN:
                    db.session.add(_data_request())
                for role, name in NAMES.items():
                    user = User.named(name) or User.add(name, role, PASSWORD)
                    user.role, user.second_factor = role, ""
                    self.cookies[role] = [
                        self._cookie(SignIn.open(user, "")) for _browser in range(BROWSERS)
                    ]
            self.articles = list(
                db.session.execute(
                    select(Article.slug, Article.id).order_by(Article.id.desc()).limit(20)
                )
            )
            numbers = [
                db.session.scalars(select(kind.id).limit(40)).all()
                for kind in (Article, Comment, User, SignIn)
            ]
            self.numbers = sorted({str(number) for found in numbers for number in found})
            self.requests = [str(number) for number in db.session.scalars(select(DataRequest.id))]
            self.published = list(
                db.session.scalars(
                    select(Article).where(Article.status == Status.PUBLISHED).limit(5)
                )
            )
            self.comment_tokens = {
                article.id: self._comment_token(article.id) for article in self.published
            }
            db.session.remove()

    def change_sets(self) -> int:
        """How many changes of the office were made, as its log has them."""
        with self.app.app_context():
            return db.session.scalar(
                select(func.count(AuditEntry.deed.distinct())).where(
                    AuditEntry.who.in_(NAMES.values())
                )
            )

    def _cookie(self, key):
        session = {"key": key, "csrf_token": SESSION_TOKEN, "_permanent": True}
        return self.app.session_interface.get_signing_serializer(self.app).dumps(session)

    def _comment_token(self, number):
        return signing.sign(self.app.secret_key, "comment form", f"{number}.{page_cache.hour()}")

    def read_forms(self):
        """Every form of the pages that an admin comes to from the first one, and of a reader's: by
        the view it is sent to.
        """
        self.forms, seen = {}, set()
        waiting = [
            "/admin/comments?status=all",
            "/admin/articles",
            "/admin/",
            "/admin/data-requests",
            *map(_address, self.published),
        ]
        while waiting and len(seen) < PAGES:
            path = waiting.pop(0)
            if path not in seen:
                seen.add(path)
                waiting += self._look_at(path)

    def _look_at(self, path):
        connection = http.client.HTTPConnection(HOST, self.port, timeout=SECONDS)
        connection.request(
            "GET",
            path,
            headers={"Cookie": f"office={self.cookies[Role.ADMIN][0]}"} if "/admin" in path else {},
        )
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200 or "html" not in answer.getheader("Content-Type", ""):
            return []
        page = BeautifulSoup(text, "html.parser")
        for form in page.select("form[method=post]"):
            if view := self._view(action := form.get("action") or path):
                self.forms.setdefault(view, []).append((action, _fields(form)))
        links = [urlsplit(link["href"]) for link in page.select("a[href]")]
        return [
            f"{link.path}?{link.query}"
            for link in links
            if not link.netloc and link.path.startswith("/")
        ]

    def _view(self, action):
        try:
            return self.app.url_map.bind(HOST).match(urlsplit(action).path, "POST")[0]
        except HTTPException:
            return None


def _data_request():
    """A request that the office has to answer."""
    moment = now()
    said = {"name": "Siti", "email": "siti@contoh.id", "words": "Semuanya.", "answer": ""}
    said |= {"is_author": False, "is_mailed": True, "is_shared": False}
    return DataRequest(
        kind=Kind.SEE,
        stage=Stage.OPEN,
        created_at=moment,
        confirmed_at=moment,
        confirmed_by="",
        **said,
    )


def _weight(rule):
    if rule.endpoint == "comments.create":
        return SHARE_OF_COMMENTS
    return SHARE_OF_THEM if SELDOM.search(rule.rule) else 1


def _fields(form):
    """The fields of a form, each with the values that it may have."""
    found = {}
    for element in form.select("[name]"):
        options = [option.get("value", option.text) for option in element.select("option")]
        value = element.text if element.name == "textarea" else element.get("value", "")
        found.setdefault(element["name"], []).extend(options or [value])
    return found


class Generator:
    """Requests for a site, one after another."""

    def __init__(self, site: Site, seed: str):
        self.site, self.random = site, Random(seed)

    def request(self) -> Request:
        """The next one."""
        pick = self.random
        rule = pick.choices(self.site.rules, self.site.weights)[0]
        method = self._method(rule)
        who = pick.choices(
            [Role.ADMIN, Role.MODERATOR, None], OFFICERS if "admin" in rule.rule else READERS
        )[0]
        path, form = self._path(rule), {}
        if (
            method == "POST"
            and (known := self.site.forms.get(rule.endpoint))
            and pick.random() < 0.9
        ):
            path, form = pick.choice(known)
            if rule.endpoint == "comments.create" and self.site.published:
                article = pick.choice(self.site.published)
                path, form = (
                    _address(article),
                    form | {"token": [self.site.comment_tokens[article.id]]},
                )
        if pick.random() < 0.05:
            path = self.site.files[pick.randrange(len(self.site.files))]
        path = self._spoilt_path(path) if pick.random() < 0.15 else path
        kind, body = self._body(form, who) if method in ("POST", "PUT", "PATCH") else ("", b"")
        return self._spelled(method, path + self._query(), kind, body, who)

    def _method(self, rule: Rule):
        if self.random.random() < 0.08:
            return self.random.choice(METHODS)
        return self.random.choice(
            sorted(rule.methods - {"OPTIONS"}) if self.random.random() < 0.98 else ["OPTIONS"]
        )

    def _path(self, rule: Rule):
        """An address of that rule, with values that are there, or could be."""
        pick, (slug, _number) = self.random, self.random.choice(self.site.articles or [("x", 1)])
        if "<slug>.html" in rule.rule and self.site.published and pick.random() < 0.8:
            return _address(pick.choice(self.site.published))

        numbers = self.site.requests if "data-requests" in rule.rule else self.site.numbers

        def value(match):
            if pick.random() < 0.15:
                return quote(pick.choice(WORDS + NUMBERS), safe="")
            return pick.choice(numbers or ["1"]) if match[1].startswith("int") else quote(slug)

        return re.sub(
            r"<(?:([^:<>]+):)?[^<>]+>", lambda match: value(["", match[1] or ""]), rule.rule
        )

    def _spoilt_path(self, path):
        pick, at = self.random, self.random.randrange(1, len(path) + 1)
        added = pick.choice(
            [
                *map(bytes.decode, RAW[2:10]),
                "/",
                "//",
                "/./",
                "/../",
                "?",
                "#",
                "\\",
                quote(pick.choice(WORDS)),
                "é",
            ]
        )
        return path[:at] + added + path[at:]

    def _query(self):
        pick = self.random
        if pick.random() < 0.5:
            return ""
        names = pick.choices([*self.site.arguments, "x"], k=pick.randint(1, 4))
        query = urlencode([(name, self._value()) for name in names])
        return (
            "?"
            + query
            + (
                pick.choice(["&", "=", "&&&", "%", "%zz", "%ff", ";a=b", "&q"])
                if pick.random() < 0.1
                else ""
            )
        )

    def _value(self):
        return self.random.choice(
            self.random.choice([WORDS, NUMBERS, self.site.numbers or NUMBERS])
        )

    def _body(self, form, who):
        """Its type and bytes: the form as it should be, with some of its fields spoilt, or
        something else.
        """
        pick = self.random
        share = pick.choice([0, 0, 0.1, 0.4])
        sent = {
            name: self._value() if pick.random() < share else pick.choice(values)
            for name, values in form.items()
        }
        sent |= {
            name: self._value()
            for name in pick.sample(
                ["x", "status", "body", "name", "ids", "back"], pick.randint(0, 2)
            )
        }
        if "nonce" in sent:
            sent["nonce"] = str(pick.random())
        if who and pick.random() < 0.85:
            sent["csrf_token"] = self.site.token
        for name in [name for name in sent if pick.random() < 0.02]:
            del sent[name]
        kind = pick.random()
        if kind < 0.7:
            return "application/x-www-form-urlencoded", urlencode(sent).encode() + (
                pick.choice(RAW) if pick.random() < 0.1 else b""
            )
        if kind < 0.95:
            return "multipart/form-data; boundary=limit", self._multipart(sent)
        return pick.choice(TYPES), pick.choice(
            [b"{}", b'{"a": ' * 500, b"\0" * 500, pick.randbytes(500), b"a" * 70_000, b""]
        )

    def _multipart(self, sent):
        pick, parts = self.random, []
        for name, value in sent.items():
            names = (
                f'; filename="{pick.choice(["a.jpg", "../a", "", "a" * 300])}"'
                if pick.random() < 0.1
                else ""
            )
            parts.append(
                "--limit\r\nContent-Disposition: form-data; "
                f'name="{name}"{names}\r\n\r\n{value}\r\n'.encode()
            )
        parts.append(
            b'--limit\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        )
        parts[-1] += (
            pick.choice(
                [
                    b"\x89PNG\r\n\x1a\n" + pick.randbytes(60),
                    b"",
                    b"\xff\xd8\xff" + pick.randbytes(60),
                ]
            )
            + b"\r\n"
        )
        return b"".join(parts) + (b"--limit--\r\n" if pick.random() < 0.8 else b"")

    def _spelled(self, method, target, kind, body, who):
        pick, host = self.random, f"{HOST}:{self.site.port}"
        headers = {"Host": pick.choice(HOSTS) if pick.random() < 0.05 else host}
        if who:
            headers["Cookie"] = f"office={pick.choice(self.site.cookies[who])}"
        if method == "POST":
            headers |= {"Origin": f"http://{host}", "Referer": f"http://{host}/admin/comments"}
        for name in pick.sample(sorted(HEADERS), pick.choice([0, 0, 0, 1, 2, 4])):
            if name not in ("Cookie", "Origin") or pick.random() < 0.1:
                headers[name] = pick.choice(HEADERS[name])
        is_cut = bool(body) and pick.random() < 0.05
        if body or kind:
            headers |= {
                "Content-Type": kind,
                "Content-Length": str(len(body) + (99 if is_cut else 0)),
            }
        if body and not is_cut and pick.random() < 0.08:
            body = self._framed(headers, body)
            is_cut = True  # whatever the length says, nothing more comes
        line = f"{method} {target} HTTP/1.1"
        spelled = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            line.encode("utf-8")
            + b"\r\n"
            + spelled.encode("latin-1", "replace")
            + b"Connection: close\r\n\r\n"
        )
        return Request(line, head, body, is_cut)

    def _framed(self, headers, body):
        """The body with another length than it has, or in chunks, whole or malformed."""
        if self.random.random() < 0.4:
            headers["Content-Length"] = self.random.choice(
                ["-1", "x", "9" * 30, "1", "0", "+5", "5, 5"]
            )
            return body
        del headers["Content-Length"]
        headers["Transfer-Encoding"] = "chunked"
        whole = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        return self.random.choice(
            [
                whole,
                whole[:-7],
                b"zz\r\n" + body,
                b"-5\r\n" + body,
                b"ffffffffffff\r\n" + body,
                b"",
                b"5\r\nabc",
            ]
        )


def _address(article):
    return f"/{article.published_at.year}/{article.published_at.month:02}/{article.slug}.html"


def ask(port: int, request: Request) -> Answer:
    """Send it, and read the whole answer."""
    begun = time.perf_counter()
    try:
        with socket.create_connection((HOST, port), timeout=SECONDS) as connection:
            status = _exchange(connection, request)
    except (OSError, http.client.HTTPException):
        status = 0
    return Answer(status, time.perf_counter() - begun, request)


def _exchange(connection, request):
    try:
        connection.sendall(request.head + request.body)
        if request.is_cut:
            connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # refused before it was whole: the answer may be there
    response = http.client.HTTPResponse(connection, method=request.line.split(" ", 1)[0])
    response.begin()
    response.read()
    return response.status


def run(site: Site, seed: int, requests: int) -> Iterator[Answer]:
    """That many requests, some at once; what they take away is brought back in between."""
    for number in range(0, requests, ROUND):
        site.mend()
        if number % (FORMS * ROUND) == 0:
            site.read_forms()
        generator = Generator(site, f"{seed} {number}")
        made = [generator.request() for _request in range(min(ROUND, requests - number))]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            yield from threads.map(lambda request: ask(site.port, request), made)


def fuzz(instance: Path, folder: Path, seed: int, requests: int, **overrides) -> Found:
    """Fuzz the site of that instance, served by gunicorn; its log lies in `folder` meanwhile."""
    with _served(instance, folder / "log", overrides) as port:
        site = Site(instance, port, overrides)
        answers = list(run(site, seed, requests))
        change_sets = site.change_sets()
        close(site.app)
    return Found(answers, change_sets, (folder / "log").read_text("utf-8", "replace"))


@contextmanager
def _served(instance, log, overrides):
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    settings = {
        "INSTANCE": instance,
        "TRUSTED_PROXIES": 1,
        "BACKUPS": "off",
        "COMMENT_LIMIT": "off",
    } | overrides
    environment = {"PATH": "/usr/bin:/bin"} | {
        f"PNPM_{name}": str(value) for name, value in settings.items()
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        "2",
        "--log-level",
        "error",
    ]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--no-control-socket", "wsgi:app"],
            cwd=TOP,
            env=environment,
            stdout=file,
            stderr=file,
        )
    try:
        for attempt in count():
            with socket.socket() as tried:
                if tried.connect_ex((HOST, port)) == 0:
                    break
            if process.poll() is not None or attempt > 300:
                raise RuntimeError(log.read_text())
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)
