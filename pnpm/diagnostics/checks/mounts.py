"""Which file system a folder lies on, and whether SQLite's WAL works there: it needs memory that all who open it share."""

import re
from pathlib import Path

from flask_babel import gettext as _

from ..results import Ill
from .environment import Installation

# proc_pid_mountinfo(5): the fields up to the mount point, options, a dash, the type.
LINE = re.compile(r"\S+ \S+ \S+ \S+ (\S+) .*? - (\S+) ")
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "lustre", "afs", "9p", "glusterfs", "gpfs", "beegfs", "ocfs2", "gfs2"}
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
    """SQLite's journal fits the file system that the data lie on."""
    if inst.database is None:
        return None
    kind = kind_of(inst.database.parent, inst.mounts)
    if not is_network(kind):
        return _("Basis data terletak di disk server ini sendiri.")
    if inst.config.sqlite_journal == "WAL":
        raise Ill(
            _(
                "Basis data terletak di disk jaringan (%(kind)s), tempat WAL dapat merusaknya bila beberapa server membukanya. "
                "Setel PNPM_SQLITE_JOURNAL=DELETE, lalu muat ulang aplikasinya.",
                kind=kind,
            )
        )
    return _("Basis data terletak di disk jaringan (%(kind)s), dan tidak memakai WAL.", kind=kind)


def kind_of(folder: Path, mounts: Path) -> str:
    """The type of the file system that a folder lies on; empty where the system does not tell."""
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return ""
    found = [(Path(_unescaped(match[1])), match[2]) for line in lines if (match := LINE.match(line))]
    over = [
        (len(point.parts), place, kind) for place, (point, kind) in enumerate(found) if folder.resolve().is_relative_to(point)
    ]
    return max(over)[2] if over else ""  # the deepest, and of several at one place the last, which hides the others


def is_network(kind: str) -> bool:
    """Whether several machines may have that file system open at once."""
    return kind in NETWORK or kind.partition("fuse.")[2] in OVER_FUSE


def _unescaped(point):
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point)
