"""The office's pictures, row and files together: uploaded, looked up, deleted."""

import hashlib
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from pnpm.audit.models import ChangeSet
from pnpm.config import Config
from pnpm.db import transaction
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.markup.characters import one_line
from pnpm.markup.figures import KEY_LENGTH

from . import actions, queries, storage
from .decoding import LARGEST
from .formats import Kind, Refused
from .models import NAME_LENGTH, Picture
from .processing import develop
from .storage import folder_of, is_whole

MB = 1024 * 1024
WHO = "situs"  # the log's name for who removes pictures to make room


def take(config: Config, who: str, sent: BinaryIO, name: str) -> Picture:
    """Store an uploaded picture and return it, or the one that was stored before from the same
    file. Raises Refused.

    Files are written before the row is committed, so that every known picture is whole, and under
    the same lock under which files are deleted.
    """
    data = sent.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Refused(Kind.LARGE)
    key = key_of(data)
    if found := _sent_before(config, who, key):
        return found
    developed = develop(data)
    facts: dict[str, Any] = {
        "key": key,
        "name": file_name(name),
        "width": developed.width,
        "height": developed.height,
        "size": developed.size,
        "preview": developed.preview,
    }
    try:
        return _kept(config, who, facts, developed.files)
    except IntegrityError:  # another process was first
        return _kept(config, who, facts, developed.files)
    except (OSError, SQLAlchemyError) as error:
        if storage_fault_of(error) is StorageFault.FULL:
            raise Refused(Kind.FULL) from error
        raise


def key_of(data: bytes) -> str:
    """Return the key of the picture in a file, by which the same file is known again."""
    return hashlib.sha256(data).hexdigest()[:KEY_LENGTH]


def file_name(sent: str) -> str:
    """Return the file's name without its path, cut to NAME_LENGTH characters at the beginning, as
    its end says more.
    """
    return one_line(re.split(r"[/\\]", sent)[-1])[-NAME_LENGTH:] or "gambar"


def path_of(config: Config, key: str, name: str) -> tuple[Path, str] | None:
    """Return the path and the media type of a picture's file, or None if readers may not get it."""
    found = storage.path_of(_room(config), key, name)
    if found and queries.serves(key):
        return found
    return None


def throw_away(config: Config, keys: Collection[str]) -> None:
    """Delete the files of pictures that were removed, except those that were uploaded again
    meanwhile.
    """
    if not keys:
        return
    with transaction():  # an upload of the same picture waits
        gone = [storage.taken_away(_room(config), key) for key in sorted(queries.unknown(keys))]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(config: Config) -> None:
    """Delete what killed processes left: half-filled folders, and whole ones without a picture."""
    if not _room(config).is_dir():
        return
    half, keys = storage.strays(_room(config))
    for folder in half:
        shutil.rmtree(folder, ignore_errors=True)
    throw_away(config, queries.unknown(keys))


def limit(config: Config) -> int:
    """Return how many bytes all pictures of the site may have."""
    return config.pictures_total * MB


def _sent_before(config: Config, who: str, key: str) -> Picture | None:
    known = Picture.of(key)
    if known is None:
        return None
    with transaction():
        if not is_whole(folder_of(_room(config), key), known.width):
            return None
        facts = ("key", "name", "width", "height", "size", "preview")
        return actions.take_in(ChangeSet(who), {name: getattr(known, name) for name in facts})


def _kept(config: Config, who: str, facts: dict[str, Any], files: Mapping[str, bytes]) -> Picture:
    with storage.filled(_room(config), files) as new:
        with transaction():
            gone = actions.make_room(ChangeSet(WHO), facts["size"], limit(config))
            if gone is None:
                raise Refused(Kind.FULL)
            storage.put(new, folder_of(_room(config), facts["key"]), facts["width"])
            picture = actions.take_in(ChangeSet(who), facts)
        throw_away(config, gone)
    return picture


def _room(config: Config) -> Path:
    return config.instance / "pictures"
