"""A site in one file: its database as SQLite, its pictures, and a list of all that with what proves it whole."""

import hashlib
import json
import os
import sqlite3
import zipfile
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from . import migrations
from .config import Config
from .database import now
from .disk import sync, workplace

FORMAT = 1
LIST, DATABASE, PICTURES = "list.json", "site.db", "pictures"
SECRETS = "secret_key", "config.py"  # of the instance folder: whoever has them can sign in as anyone
CHUNK = 1 << 20  # bytes read at a time


class Unfit(Exception):
    """An archive that is broken, foreign or of a newer program; the message says which, in one line."""


class Member(NamedTuple):
    """A file of an archive."""

    name: str
    size: int
    sha256: str


def write(path: Path, database: Path, config: Config, with_secrets: bool = False) -> int:
    """Make the archive of that copy of the database and of the instance's pictures: whole or not at all. Its size in bytes.

    It is read back before it gets its name. Unfit if that fails, OSError if there is no room.
    """
    files = {DATABASE: database} | _pictures(config.instance)
    if with_secrets:
        files |= {name: config.instance / name for name in SECRETS if (config.instance / name).is_file()}
    with workplace(path.parent) as place:
        made = place / path.name
        made.touch(0o600)  # people's e-mail addresses are in it
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            members = [_add(archive, name, file) for name, file in files.items()]
            about = {"format": FORMAT, "schema": migrations.newest(), "made": now().isoformat(), "secrets": with_secrets}
            archive.writestr(LIST, json.dumps(about | {"files": members}))
        sync(made)
        check(made)
        os.replace(made, path)
    sync(path.parent)
    return path.stat().st_size


def check(path: Path) -> dict:
    """The list of an archive, each file of which is there and whole. Unfit if not."""
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(LIST))
            if about["format"] > FORMAT or about["schema"] > migrations.newest():
                raise Unfit(
                    f"{path.name} is of a newer version of the program (schema {about['schema']}). Put that version here."
                )
            members = [Member(*member) for member in about["files"]]
            if sorted(archive.namelist()) != sorted([LIST, *(member.name for member in members)]):
                raise Unfit(f"{path.name} holds other files than it lists.")
            for member in members:
                _check(archive, member, path)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, zipfile.zlib.error) as error:
        raise Unfit(f"{path.name} is no archive of this program, or is broken.") from error
    except OSError as error:
        raise Unfit(f"{path} cannot be read: {error.strerror}.") from error
    return about | {"moment": datetime.fromisoformat(about["made"])}


def unpack(path: Path, place: Path) -> Path:
    """Unpack a checked archive into an empty folder; the database's file in it."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(place)  # its names were checked: nothing leads out of the folder
    return place / DATABASE


def bring_pictures(place: Path, instance: Path) -> None:
    """Put unpacked pictures where the site has its own. One that is there already is the same: its name is its content's."""
    for folder in sorted(place.glob(f"{PICTURES}/*/*")):
        target = instance / folder.relative_to(place)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            for file in folder.iterdir():
                sync(file)
            os.replace(folder, target)


def snapshot(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite database that is in use, by SQLite's own backup."""
    with _opened(source) as one, _opened(target) as other:
        one.backup(other)
        if other.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Unfit(f"{source} is damaged: SQLite finds that it is not whole.")
        other.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _opened(path):
    connection = sqlite3.connect(path, timeout=60)
    try:
        yield connection
    finally:
        connection.close()


def _pictures(instance):
    files = (file for file in sorted((instance / PICTURES).glob("[0-9a-f][0-9a-f]/*/*")) if file.is_file())
    return {file.relative_to(instance).as_posix(): file for file in files if not file.parent.name.startswith(".")}


def _add(archive, name, file):
    digest, size = hashlib.sha256(), 0
    is_packed = name.startswith(PICTURES)
    entry = zipfile.ZipInfo.from_file(file, name, strict_timestamps=False)
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Member(name, size, digest.hexdigest())


def _check(archive, member, path):
    parts = Path(member.name).parts
    if member.name not in (DATABASE, *SECRETS) and not (len(parts) == 4 and parts[0] == PICTURES and ".." not in parts):
        raise Unfit(f"{path.name} holds {member.name!r}, which is no file of a site.")
    if archive.getinfo(member.name).file_size != member.size:
        raise Unfit(f"{path.name} is broken: {member.name} is not whole.")
    digest = hashlib.sha256()
    with archive.open(member.name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != member.sha256:
        raise Unfit(f"{path.name} is broken: {member.name} is not what was written.")
