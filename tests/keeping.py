"""A site with something of everything, and how one sees whether it is still that, whole."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from pnpm.accounts.models import Role
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import db, now, transaction
from pnpm.media.models import Picture
from tests import engines
from tests.admin.conftest import account
from tests.conftest import SETTINGS, TOP, publish, write

TABLES = "article", "comment", "picture", "user", "label", "version", "trust", "illustration"
KEYS = [number * 16 for number in ("ab", "cd")]
# A process that kills itself as the machine does, at the n-th time that it changes a file or a
# folder.
DEADLY = """
import os, signal, sys
left = int(sys.argv.pop(1))
def watch(event, arguments):
    global left
    is_change = event in ("os.rename", "os.link", "os.mkdir", "os.remove", "os.truncate")
    if is_change or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR) and arguments[0] != -1):
        if "__pycache__" in str(arguments[0]) or str(arguments[0]) == "/dev/null":
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from flask.cli import main
sys.argv[0] = "flask"
main()
"""


def fill(app):
    """An article with comments, pictures, an account and a log; the article."""
    article = publish("Rapat désa 😊", body="<p>Isi</p>" * 500)
    write(article, app, "satu :))", "dua 😊", name="Sîti")
    for number, key in enumerate(KEYS):
        add_picture(app.config["PNPM"].instance, key, b"RIFF%d" % number * 300)
    account("Bu Camat", Role.ADMIN)
    with transaction():
        ChangeSet("Bu Camat").record(
            AuditAction.MOVED,
            "comment",
            [(1, {"status": "pending"}, {"status": "published", "n": 1.5})],
        )
    return article


def add_picture(instance, key, content):
    """A picture with two files, as the site keeps one."""
    folder = instance / "pictures" / key[:2] / key
    folder.mkdir(parents=True)
    for ending in ("webp", "jpg"):
        (folder / f"400.{ending}").write_bytes(content + ending.encode())
    with transaction():
        facts = {
            "name": "a.jpg",
            "alt": "",
            "width": 400,
            "height": 300,
            "size": 2 * len(content),
            "preview": "",
            "who": "uji",
        }
        db.session.add(Picture(key=key, created_at=now(), **facts))


def contents(instance):
    """All rows of what people write, and all files of the pictures that the rows know of."""
    db.session.rollback()
    with db.engine.connect() as connection:
        rows = {name: _rows(connection, db.metadata.tables[name]) for name in TABLES}
        keys = connection.scalars(select(Picture.key)).all()
    files = [
        file for key in keys for file in sorted((instance / "pictures" / key[:2] / key).glob("*"))
    ]
    return rows | {"files": [(file.name, sha256(file.read_bytes()).hexdigest()) for file in files]}


def change(path, name, content):
    """The archive with another content of a file; its list says that it is right."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = content(files.get(name, b""))
    if name != "list.json":
        about = json.loads(files["list.json"])
        listed = {each: [each, size, digest] for each, size, digest in about["files"]}
        listed[name] = [name, len(files[name]), sha256(files[name]).hexdigest()]
        files["list.json"] = json.dumps(about | {"files": list(listed.values())}).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in files.items():
            archive.writestr(each, data)


# changes of files between one kill and the next: what files go through is the same on each engine
STEP = 1 if engines.ENGINE == "sqlite" else 6


def killed(instance, moment, *arguments):
    """Run a command that is killed at its n-th change of a file; whether it was, before it ended by
    itself.
    """
    settings = {name: str(value) for name, value in SETTINGS.items() if name != "TESTING"} | {
        "INSTANCE": str(instance)
    }
    environment = os.environ | {f"PNPM_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-c", DEADLY, str(moment), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=TOP, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def unfinished(folder: Path):
    """Files of a folder that carry a final name and are not whole: archives that cannot be read."""
    return [path for path in folder.glob("*.zip") if not zipfile.is_zipfile(path)]


def _rows(connection, table):
    return [
        tuple(map(str, row))
        for row in connection.execute(select(table).order_by(*table.primary_key.columns))
    ]
