"""The settings: where they come from, and what is refused."""

import pytest

from pnpm import config
from pnpm.config import ConfigError, Limit, MailServer


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(config.os.environ):
        if name.startswith("PNPM_"):
            monkeypatch.delenv(name)


def test_the_environment_goes_before_the_instance_file_and_that_before_the_default(
    tmp_path, monkeypatch
):
    (tmp_path / "config.py").write_text("MODERATION = 'all'\nCOMMENT_MAX_LENGTH = 10\n")
    monkeypatch.setenv("PNPM_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PNPM_COMMENT_MAX_LENGTH", "20")
    loaded = config.load()
    assert (loaded.moderation, loaded.comment_max_length, loaded.sqlite_journal) == (
        "all",
        20,
        "WAL",
    )


def test_the_database_is_sqlite_in_the_instance_folder_at_an_absolute_path(tmp_path):
    assert config.load({"INSTANCE": tmp_path}).database_url == f"sqlite:///{tmp_path}/site.db"


def test_the_key_is_read_from_the_instance_folder(tmp_path):
    (tmp_path / "secret_key").write_text("from the file\n")
    assert config.load({"INSTANCE": tmp_path}).secret_key == "from the file"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("5/10min", Limit(5, 600)),
        ("1/30s", Limit(1, 30)),
        ("100/2h", Limit(100, 7200)),
        ("off", None),
    ],
)
def test_a_limit_is_a_count_and_a_stretch(text, limit):
    assert config.load({"COMMENT_LIMIT": text}).comment_limit == limit


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMENT_LIMIT", "5"),
        ("COMMENT_LIMIT", "0/10min"),
        ("COMMENT_LIMIT", "5/10days"),
        ("COMMENT_LIMIT", "5/99999999999h"),
        ("COMMENT_LIMIT", "²/10min"),
        ("COMMENT_MIN_SECONDS", "²"),
        ("COMMENT_MAX_LENGTH", "0"),
        ("COMMENT_MAX_LENGTH", "99999999"),
        ("COMMENT_MAX_LENGTH", "-1"),
        ("COMMENT_MAX_LENGTH", "many"),
        ("TIMEZONE", "Mars/Olympus"),
        ("LANGUAGE", "xx"),
        ("MODERATION", "maybe"),
        ("SQLITE_JOURNAL", "OFF"),
        ("TRUSTED_PROXIES", "1.5"),
        ("SITE_URL", "desa.example"),
        ("SITE_URL", "ftp://desa.example"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://desa.example:x"),
        ("SITE_URL", "https://a:b@desa.example"),
        ("SITE_URL", "https://desa.example/?a=1"),
        ("SITE_URL", "https://desa.example/a b"),
        ("SITE_URL", "https://[desa"),
        ("WEB_FOLDER", "public_html"),
        ("UPGRADE", "maybe"),
        ("BACKUPS", "hourly"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name, value):
    with pytest.raises(ConfigError, match=f"PNPM_{name}="):
        config.load({name: value})


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://Desa.example/", "https://desa.example"),
        ("https://desa.example:8443/blog/", "https://desa.example:8443/blog"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_the_sites_address_is_kept_without_a_slash_at_its_end(given, address):
    assert config.load({"SITE_URL": given}).site_url == address


@pytest.mark.parametrize(
    ("given", "server"),
    [
        (
            "smtp://situs%40desa.example:p%40ss%3A%2F%25@mail.desa.example?from=situs@desa.example",
            MailServer(
                "mail.desa.example", 587, "situs@desa.example", "situs@desa.example", "p@ss:/%"
            ),
        ),
        (
            "smtps://a:b@mail.example:4650?from=a+b@desa.example",
            MailServer("mail.example", 4650, "a+b@desa.example", "a", "b", is_smtps=True),
        ),
        (
            "smtp://localhost:25?from=a@b.example&starttls=off",
            MailServer("localhost", 25, "a@b.example", is_plain=True),
        ),
    ],
)
def test_a_mail_server(given, server):
    assert config.mail_server(given) == server


@pytest.mark.parametrize(
    "given",
    [
        "",
        "mail.example",
        "http://a:rahasia@mail.example?from=a@b.example",
        "smtp://a:rahasia@mail.example",
        "smtp://a:rahasia@mail.example?from=",
        "smtp://a:rahasia@mail.example?from=a@b.example%0d%0aBcc:c@d.example",
        "smtp://a:raha%0d%0asia@mail.example?from=a@b.example",
        "smtp://a:rahasia@mail.example?from=a@b.example&starttls=maybe",
        "smtp://a:rahasia@mail.example?from=a@b.example&to=c@d.example",
        "smtp://a:rahasia@mail.example:99999?from=a@b.example",
        "smtp://a@mail.example?from=a@b.example",
        "smtp://a:rahasia@?from=a@b.example",
        "smtp://a:rahasia@mail.example/x?from=a@b.example",
    ],
)
def test_a_mail_server_that_cannot_be_used_is_refused_without_its_password(tmp_path, given):
    with pytest.raises(ConfigError) as refused:
        config.load({"INSTANCE": tmp_path, "MAIL_URL": given})
    assert "PNPM_MAIL_URL" in str(refused.value)
    assert "rahasia" not in str(refused.value)


def test_no_secret_is_in_a_repr(tmp_path):
    loaded = config.load(
        {
            "INSTANCE": tmp_path,
            "SECRET_KEY": "rahasia",
            "DATABASE_URL": "postgresql://a:rahasia@h/d",
            "MAIL_URL": "smtp://a:rahasia@mail.example?from=a@b.example",
        }
    )
    assert "rahasia" not in repr(loaded) + repr(loaded.mail_url)


URL = "mysql+pymysql://situs:it's s3cret@localhost/desa?charset=utf8mb4"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ""),
        ("", ""),
        ('LANGUAGE = "en"  # no line end', 'LANGUAGE = "en"  # no line end\n'),
        ('DATABASE_URL = "sqlite:////a.db"\n', '# DATABASE_URL = "sqlite:////a.db"\n'),
        (
            'DATABASE_URL = (\n    "sqlite:///"\n    "/a.db"\n)\nBACKUPS = "off"\n',
            '# DATABASE_URL = (\n#     "sqlite:///"\n#     "/a.db"\n# )\nBACKUPS = "off"\n',
        ),
    ],
)
def test_another_database_is_named_in_the_instance_file(tmp_path, before, after):
    path = tmp_path / "config.py"
    if before is not None:
        path.write_text(before)
    assert config.can_change_database(tmp_path)
    config.change_database(tmp_path, URL)
    assert path.read_text() == f"{after}DATABASE_URL = {URL!r}\n"
    assert path.stat().st_mode & 0o077 == 0
    assert config.load({"INSTANCE": tmp_path}).database_url == URL


@pytest.mark.parametrize(
    "text",
    [
        'LANGUAGE = "en"; DATABASE_URL = "sqlite:////a.db"\n',
        'DATABASE_URL = LANGUAGE = "en"\n',
        'DATABASE_URL = "sqlite:////a.db"\nPLACE = DATABASE_URL\n',
        "import os\nSEEN = object()\n",
        "1 / 0\n",
    ],
)
def test_a_file_of_which_more_would_change_is_left_to_the_host(tmp_path, text):
    (tmp_path / "config.py").write_text(text)
    assert not config.can_change_database(tmp_path)
    with pytest.raises(config.NotWritable):
        config.change_database(tmp_path, URL)
    assert (tmp_path / "config.py").read_text() == text


def test_what_the_environment_gives_or_lies_elsewhere_is_left_to_the_host(tmp_path, monkeypatch):
    (tmp_path / "real.py").write_text("")
    (tmp_path / "config.py").symlink_to(tmp_path / "real.py")
    assert not config.can_change_database(tmp_path)
    (tmp_path / "config.py").unlink()
    assert config.can_change_database(tmp_path)
    monkeypatch.setenv("PNPM_DATABASE_URL", "sqlite:////a.db")
    assert not config.can_change_database(tmp_path)
    assert not (tmp_path / "config.py").exists()
