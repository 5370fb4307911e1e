"""Every setting, its default and what it is for; the only place that reads the environment."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from click import ClickException

from . import languages
from .files import write


@dataclass(frozen=True)
class Limit:
    """At most `count` in any period of `seconds`."""

    count: int
    seconds: int


def choice(*allowed: str) -> Callable[[str], str]:
    """Return a reader that accepts one of these words."""

    def read(text):
        if text not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return text

    return read


def language(text: str) -> str:
    """Read the code of a language that the site can speak."""
    return choice(*languages.known())(text)


def between(least: int, most: int) -> Callable[[str | int], int]:
    """Return a reader that accepts a whole number in this range, both ends included."""

    def read(text):
        if not (str(text).isascii() and str(text).isdigit() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def limit(text: str) -> Limit | None:
    """Read `5/10min`, with the units s, min and h, or `off`."""
    if text == "off":
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,3})(s|min|h)", str(text))
    if not found:
        raise ValueError("a count and a stretch of time, like 5/10min, or off")
    count, number, unit = found.groups()
    return Limit(int(count), int(number) * {"s": 1, "min": 60, "h": 3600}[unit])


def zone(text: str) -> ZoneInfo:
    """Read the name of a time zone."""
    try:
        return ZoneInfo(str(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a zone of the tz database, like Asia/Makassar") from None


def address(text: str) -> str:
    """Read a site's address: scheme, host, and the folder it is in, if any. A slash at the end is
    dropped.
    """
    try:
        parts = urlsplit(str(text).rstrip("/"))
        is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_web = False
    if (
        not is_web
        or parts.username is not None
        or parts.query
        or parts.fragment
        or not re.fullmatch(r"[!-~]+", str(text))
    ):
        raise ValueError("an address like https://desa.example or https://desa.example/blog")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"


# An address to which mail is sent: ASCII alone, since few servers take more (RFC 6531), and nothing
# that could end a header or a command.
MAIL_ADDRESS = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409 and 8314


@dataclass(frozen=True)
class MailServer:
    """The server that takes the site's mail, and from whom that comes. `is_smtps`: TLS from the
    first byte on; else by STARTTLS, unless `is_plain`. The password is not in its repr.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    is_smtps: bool = False
    is_plain: bool = False


def mail_server(text: str) -> MailServer | None:
    """Read `smtp://user:password@host:587?from=address`: STARTTLS, which `&starttls=off` gives up,
    or `smtps://` for TLS from the start. User and password are percent-encoded.
    """
    try:
        parts = urlsplit(str(text))
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
        sender = asked["from"].replace(" ", "+")  # which a query takes for a space
        port = parts.port or PORTS[parts.scheme]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        is_fit = (
            bool(parts.hostname)
            and parts.path in ("", "/")
            and not parts.fragment
            and asked.keys() <= {"from", "starttls"}
            and asked.get("starttls", "on") in ("on", "off")
            and bool(MAIL_ADDRESS.fullmatch(sender))
            and (user + password).isprintable()
            and bool(user) == bool(password)
            and parts.scheme in PORTS
        )
    except (ValueError, KeyError):
        is_fit = False
    if not is_fit:
        raise ValueError(
            "an address like smtp://user:password@host:587?from=situs@desa.example or smtps://…:465,"
            " with %40 for an @ in user or password"
        )
    is_plain = asked.get("starttls") == "off" and parts.scheme == "smtp"
    return MailServer(
        parts.hostname or "", port, sender, user, password, parts.scheme == "smtps", is_plain
    )


def folder(text: str | Path) -> Path:
    """Read the absolute path of a folder: a relative one would depend on where the web server
    starts the program.
    """
    if not Path(text).is_absolute():
        raise ValueError("the whole path of a folder, like /home/desa/public_html")
    return Path(text)


TOP = Path(__file__).resolve().parent.parent
KEY_FILE, FILE = "secret_key", "config.py"  # in the instance folder


class ConfigError(ClickException, ValueError):
    """A setting has a value that cannot be used; the message names it and says what it takes.
    Commands show it as one line.
    """


def _setting(default, read, meaning, is_secret=False):
    """A setting whose value is secret is in no message and no repr."""
    metadata = {"read": read, "meaning": meaning, "is_secret": is_secret}
    return field(default=default, metadata=metadata, repr=not is_secret)


@dataclass(frozen=True)
class Config:
    """The settings of a site. Each may be set in the environment with PNPM_ before its name, or in
    instance/config.py without.
    """

    instance: Path = _setting(TOP / "instance", Path, "folder of the site's own files")
    secret_key: str = _setting(
        "",
        str,
        "signs tokens and sessions; made by `flask init`, kept in instance/",
        is_secret=True,
    )
    database_url: str = _setting(
        "",
        str,
        "SQLite in the instance folder; or any SQLAlchemy URL of SQLite, MariaDB/MySQL, PostgreSQL",
        is_secret=True,
    )
    upgrade: str = _setting(
        "start",
        choice("start", "off"),
        (
            "`start`: what is missing is made, and migrations run, when a version starts; "
            "`off`: by commands alone"
        ),
    )
    sqlite_journal: str = _setting(
        "WAL", choice("WAL", "DELETE"), "`DELETE` on network file systems"
    )
    language: str = _setting(
        languages.SOURCE,
        language,
        "of the whole site: `id`, `en`, or another one that has a catalogue in pnpm/translations/",
    )
    timezone: ZoneInfo = _setting(ZoneInfo("Asia/Makassar"), zone, "of the whole site")
    moderation: str = _setting(
        "suspicious",
        choice("all", "suspicious", "off"),
        (
            "`all` holds every comment, `suspicious` those that a rule doubts, `off` none (see "
            "the limit); unless the office chooses"
        ),
    )
    comment_limit: Limit | None = _setting(
        Limit(5, 600),
        limit,
        (
            "comments from one address in a stretch of time; more are held, ten times as many "
            "refused; `off`"
        ),
    )
    comment_min_seconds: int = _setting(
        3,
        between(0, 3600),
        "a form filled in faster is held, as the page's script reports it; `0`: off",
    )
    comment_max_length: int = _setting(3000, between(1, 20_000), "characters, up to 20,000")
    pictures_total: int = _setting(500, between(1, 1_000_000), "MB of all pictures of the site")
    site_url: str = _setting(
        "",
        address,
        (
            "the site's address, like `https://desa.example/blog`: other names are refused, "
            "links and cookies follow it"
        ),
    )
    web_folder: Path | None = _setting(
        None,
        folder,
        (
            "the web server's own folder of that address, as `public_html`: static files are "
            "put into its `static/`"
        ),
    )
    offline: str = _setting(
        "on",
        choice("on", "off"),
        (
            "`on`: browsers keep what was read, up to 5 MB, and show it without a connection; "
            "`off`: they forget it"
        ),
    )
    backups: str = _setting(
        "daily",
        choice("daily", "off"),
        "`daily`: a backup a day, after the answer to a form; or `off`",
    )
    mail_url: MailServer | None = _setting(
        None,
        mail_server,
        (
            "the server that sends the site's mail, like "
            "`smtp://user:password@host:587?from=situs@desa.example` (STARTTLS) or `smtps://…:465`"
        ),
        is_secret=True,
    )
    trusted_proxies: int = _setting(
        0, between(0, 9), "how many proxies in front set X-Forwarded-For and -Proto"
    )

    @property
    def key_file(self) -> Path:
        """Where `flask init` keeps the secret key."""
        return self.instance / KEY_FILE


def load(overrides: dict | None = None) -> Config:
    """Return the site's settings: from `overrides` (upper case, for tests), else the environment,
    else instance/config.py, else the defaults.

    Raises ConfigError for a value that cannot be used.
    """
    given = {**_environment(), **(overrides or {})}
    instance = Path(given.pop("INSTANCE", Config.instance)).resolve()
    given = {**_instance_file(instance / FILE), **given}
    values = {
        f.name: _read(f, given[f.name.upper()]) for f in fields(Config) if f.name.upper() in given
    }
    values.setdefault("secret_key", _read_key(instance / KEY_FILE))
    # An absolute path, because under CGI the working directory differs.
    values.setdefault("database_url", f"sqlite:///{instance / 'site.db'}")
    return Config(instance=instance, **values)


def is_in_environment(name: str) -> bool:
    """Return whether the environment gives the setting of that name, in upper case."""
    return name in _environment()


class NotWritable(Exception):
    """The address of the database does not stand where the program may change it."""


def can_change_database(instance: Path) -> bool:
    """Return whether `change_database` would find nothing in its way."""
    try:
        _with_database(instance, "sqlite:////site.db")
    except (NotWritable, OSError):
        return False
    return True


def change_database(instance: Path, url: str) -> None:
    """Have instance/config.py name another database from now on; a line there that named one stays
    as a comment. Raises NotWritable, OSError; then the file is as it was.
    """
    write(instance / FILE, _with_database(instance, url).encode())


def _with_database(instance, url):
    """Return the text of instance/config.py with that address of the database. The file is the
    host's own: where more would become of it than that, it is not ours to change.
    """
    path = instance / FILE
    if is_in_environment("DATABASE_URL") or not os.access(instance, os.W_OK):
        raise NotWritable
    before = path.read_text() if path.exists() else ""
    if path.exists() and (path.is_symlink() or path.stat().st_uid != os.geteuid()):
        raise NotWritable  # another file, with another owner, would come in its place
    text = _renamed(before, url)
    try:
        values, wanted = _values(text, path), _values(before, path)
    except ConfigError as error:
        raise NotWritable from error
    if values != wanted | {"DATABASE_URL": url}:
        raise NotWritable
    return text


def _renamed(text, url):
    import ast  # needed once in the life of a site

    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and "DATABASE_URL" in map(ast.unparse, node.targets):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = f"# {lines[number]}"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join([*lines, f"DATABASE_URL = {url!r}\n"])


def _environment():
    return {
        name[5:]: value for name, value in os.environ.items() if name.startswith("PNPM_") and value
    }


def _instance_file(path):
    return _values(path.read_text(), path) if path.is_file() else {}


def _values(text, path):
    values: dict[str, Any] = {}
    try:
        exec(compile(text, str(path), "exec"), values)  # the host's own file, as Flask reads one
    except Exception as error:  # whatever it raises
        raise ConfigError(f"{path}: {error}") from error
    return {name: value for name, value in values.items() if name.isupper()}


def _read(option, value):
    try:
        return option.metadata["read"](value)
    except ValueError as error:
        given = "" if option.metadata["is_secret"] else f"={value!r}"
        raise ConfigError(f"PNPM_{option.name.upper()}{given}: it takes {error}") from None


def _read_key(path):
    if not path.is_file():
        return ""
    return path.read_text().strip()
