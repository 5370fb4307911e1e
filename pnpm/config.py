"""Every setting, its default and what it is for; the only place that reads the environment."""

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from zoneinfo import ZoneInfo

from click import ClickException

from pnpm.values import Limit, address, between, choice, folder, limit, zone

TOP = Path(__file__).resolve().parent.parent
KEY_FILE = "secret_key"
LANGUAGES = "id", "en"


class ConfigError(ClickException, ValueError):
    """A setting that cannot be used; the message names it and says what it takes. Commands show it as one line."""


def _setting(default, read, meaning):
    return field(default=default, metadata={"read": read, "meaning": meaning})


@dataclass(frozen=True)
class Config:
    """The settings of one site. Each may stand in the environment with PNPM_ before it, or in instance/config.py without."""

    instance: Path = _setting(TOP / "instance", Path, "folder of the site's own files")
    secret_key: str = _setting("", str, "signs tokens and sessions; made by `flask init`, kept in instance/")
    database_url: str = _setting(
        "", str, "SQLite in the instance folder; or any SQLAlchemy URL of SQLite, MariaDB/MySQL, PostgreSQL"
    )
    upgrade: str = _setting(
        "start",
        choice("start", "off"),
        "`start`: what is missing is made, and migrations run, when a version starts; `off`: by commands alone",
    )
    sqlite_journal: str = _setting("WAL", choice("WAL", "DELETE"), "`DELETE` on network file systems")
    language: str = _setting("id", choice(*LANGUAGES), "of the whole site: `id` or `en`")
    timezone: ZoneInfo = _setting(ZoneInfo("Asia/Makassar"), zone, "of the whole site")
    moderation: str = _setting(
        "suspicious",
        choice("all", "suspicious", "off"),
        "`all` holds every comment, `suspicious` those that a rule doubts, `off` none (see the limit); unless the office chooses",
    )
    comment_limit: Limit | None = _setting(
        Limit(5, 600), limit, "comments from one address in a stretch of time; more are held, ten times as many refused; `off`"
    )
    comment_min_seconds: int = _setting(
        3, between(0, 3600), "a form filled in faster is held, as the page's script reports it; `0`: off"
    )
    comment_max_length: int = _setting(3000, between(1, 20_000), "characters, up to 20,000")
    pictures_total: int = _setting(500, between(1, 1_000_000), "MB of all pictures of the site")
    site_url: str = _setting(
        "", address, "the site's address, like `https://desa.example/blog`: other names are refused, links and cookies follow it"
    )
    web_folder: Path | None = _setting(
        None, folder, "the web server's own folder of that address, as `public_html`: static files are put into its `static/`"
    )
    backups: str = _setting("daily", choice("daily", "off"), "`daily`: a backup a day, after the answer to a form; or `off`")
    trusted_proxies: int = _setting(0, between(0, 9), "how many proxies in front set X-Forwarded-For and -Proto")

    @property
    def key_file(self) -> Path:
        """Where `flask init` keeps the secret key."""
        return self.instance / KEY_FILE


def load(overrides: dict | None = None) -> Config:
    """The site's settings: from `overrides` (upper case, for tests), the environment, instance/config.py, the defaults.

    Raises ConfigError for a value that cannot be used.
    """
    given = {**_environment(), **(overrides or {})}
    instance = Path(given.pop("INSTANCE", Config.instance)).resolve()
    given = {**_instance_file(instance / "config.py"), **given}
    values = {f.name: _read(f, given[f.name.upper()]) for f in fields(Config) if f.name.upper() in given}
    values.setdefault("secret_key", _read_key(instance / KEY_FILE))
    # An absolute path: under CGI the working directory is another.
    values.setdefault("database_url", f"sqlite:///{instance / 'site.db'}")
    return Config(instance=instance, **values)


def _environment():
    return {name[5:]: value for name, value in os.environ.items() if name.startswith("PNPM_") and value}


def _instance_file(path):
    values = {}
    if path.is_file():
        try:
            exec(compile(path.read_text(), str(path), "exec"), values)  # the host's own file, as Flask reads one
        except Exception as error:  # whatever it raises
            raise ConfigError(f"{path}: {error}") from error
    return {name: value for name, value in values.items() if name.isupper()}


def _read(option, value):
    try:
        return option.metadata["read"](value)
    except ValueError as error:
        raise ConfigError(f"PNPM_{option.name.upper()}={value!r}: it takes {error}") from None


def _read_key(path):
    return path.read_text().strip() if path.is_file() else ""
