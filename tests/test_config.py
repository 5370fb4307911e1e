"""The settings: where they come from, and what is refused."""

import pytest

from pnpm import config
from pnpm.config import ConfigError, Limit


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
