"""Checks of the site's own files: who can read them, whether they can be written, how much room is
left, and which file system they are on.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path

from flask_babel import get_locale
from flask_babel import gettext as _

from pnpm.markup import quantities
from pnpm.web.setup import BACKUPS

from ..results import Ill
from .environment import Installation

OTHERS = 0o077  # the permissions of the owner's group and everybody else
MB = 1024 * 1024  # bytes
LEAST = 50  # MB that must be free: a day of pictures
TRIED = MB // 4  # bytes really written, since the disk does not tell of an account's quota


def key(inst: Installation):
    """Check that the secret key is there, and nobody else can read its file."""
    if not inst.config.secret_key:
        raise Ill(
            _(
                "Tidak ada kunci rahasia, jadi tidak ada yang dapat berkomentar atau masuk. "
                "Jalankan `flask init`, yang membuatnya."
            )
        )
    if _is_open(inst.config.key_file):
        raise Ill(
            _(
                "Orang lain di server ini dapat membaca kunci rahasia, dan dengannya masuk "
                "sebagai siapa saja. "
                "Jalankan: chmod 600 %(file)s",
                file=inst.config.key_file,
            )
        )
    return _("Kunci rahasia ada, dan hanya pemiliknya yang dapat membacanya.")


def secrets(inst: Installation):
    """Check that nobody else can read the settings, which may hold a password, and the data."""
    for file in (inst.config.instance / "config.py", inst.database):
        if file and _is_open(file):
            raise Ill(
                _(
                    "Orang lain di server ini dapat membaca %(name)s. Jalankan: chmod 600 %(file)s",
                    name=file.name,
                    file=file,
                )
            )
    return


def writable(inst: Installation):
    """Check that the program can write wherever it does, by trying: permissions do not tell all."""
    folders = [
        inst.config.instance,
        inst.config.instance / "pictures",
        inst.config.instance / BACKUPS,
        inst.static,
    ]
    if inst.database:
        folders.append(inst.database.parent)
    for folder in dict.fromkeys(map(_nearest, folders)):
        if reason := _refusal(folder):
            raise Ill(
                _(
                    "Folder %(folder)s tidak dapat ditulis (%(reason)s), jadi tidak ada "
                    "yang tersimpan. "
                    "Jadikan milik akun yang menjalankan situs: chmod 700, pemilik yang benar.",
                    folder=folder,
                    reason=reason,
                )
            )
    if inst.database and inst.database.is_file() and not os.access(inst.database, os.W_OK):
        raise Ill(
            _(
                "Basis data %(file)s hanya dapat dibaca, jadi komentar ditolak. Periksa "
                "pemilik dan izinnya.",
                file=inst.database,
            )
        )
    return _("Semua folder situs dapat ditulis.")


def room(inst: Installation):
    """Check that there is room, by what the disk says and by really writing."""
    folder, size = _nearest(inst.config.instance), 0
    if inst.database and inst.database.is_file():
        size = inst.database.stat().st_size
    if reason := _refusal(folder, TRIED):
        raise Ill(
            _(
                "Disk penuh, atau jatah akun habis (%(reason)s), jadi tidak ada yang "
                "tersimpan. Hapus yang tidak perlu.",
                reason=reason,
            )
        )
    free, needed = shutil.disk_usage(folder).free, max(LEAST * MB, 2 * size)
    if free < needed:
        raise Ill(
            _(
                "Tinggal %(free)s di disk; cadangan dan pembaruan memerlukan %(needed)s. "
                "Hapus yang tidak perlu.",
                free=quantities.size(free, get_locale()),
                needed=quantities.size(needed, get_locale()),
            )
        )
    return _("Ruang di disk cukup: %(free)s.", free=quantities.size(free, get_locale()))


def _is_open(file):
    """Tell whether others than its owner may do anything with a file."""
    return os.name == "posix" and file.is_file() and bool(file.stat().st_mode & OTHERS)


def _nearest(folder):
    """Return the folder, or if it is not there yet the nearest above it, where it would be made."""
    while not folder.is_dir():
        folder = folder.parent
    return folder


def _refusal(folder, size=1):
    """Write `size` bytes into a folder, and remove them again; return why that fails, or an empty
    text.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".checkup-") as file:
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


# proc_pid_mountinfo(5): the fields up to the mount point, options, a dash, the type.
LINE = re.compile(r"\S+ \S+ \S+ \S+ (\S+) .*? - (\S+) ")
NETWORK = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ceph",
    "lustre",
    "afs",
    "9p",
    "glusterfs",
    "gpfs",
    "beegfs",
    "ocfs2",
    "gfs2",
}
OVER_FUSE = {
    "sshfs",
    "glusterfs",
    "ceph",
    "ceph-fuse",
    "s3fs",
    "rclone",
    "gcsfuse",
    "goofys",
    "davfs",
    "juicefs",
    "moosefs",
    "mfs",
}


def file_system(inst: Installation):
    """Check that SQLite's journal mode fits the file system that the data are on."""
    if inst.database is None:
        return None
    kind = kind_of(inst.database.parent, inst.mounts)
    if not is_network(kind):
        return _("Basis data terletak di disk server ini sendiri.")
    if inst.config.sqlite_journal == "WAL":
        raise Ill(
            _(
                "Basis data terletak di disk jaringan (%(kind)s), tempat WAL dapat "
                "merusaknya bila beberapa server membukanya. "
                "Setel PNPM_SQLITE_JOURNAL=DELETE, lalu muat ulang aplikasinya.",
                kind=kind,
            )
        )
    return _("Basis data terletak di disk jaringan (%(kind)s), dan tidak memakai WAL.", kind=kind)


def kind_of(folder: Path, mounts: Path) -> str:
    """Return the type of a folder's file system, from the file `mounts`; empty if that does not
    tell.
    """
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return ""
    resolved, deepest, kind = folder.resolve(), 0, ""
    for match in filter(None, map(LINE.match, lines)):
        point = Path(_unescaped(match[1]))
        # the deepest mount point counts, and of several at one place the last, which hides others
        if resolved.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), match[2]
    return kind


def is_network(kind: str) -> bool:
    """Tell whether several machines may have a file system of that type open at once."""
    return kind in NETWORK or kind.partition("fuse.")[2] in OVER_FUSE


def _unescaped(point):
    """Return a mount point with its octal escapes, such as `\\040` for a space, undone."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point)
