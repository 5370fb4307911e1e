"""Checks of the database: it answers, its tables are this version's, it is whole, and it keeps
every character.
"""

from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from pnpm.db import db, health, migrations
from pnpm.web.setup import MARK

from ..results import Fatal, Ill, quoted
from .environment import Installation

# The right encoding, by engine. On MySQL it is each table's, whatever the database's default is.
RIGHT = {"sqlite": "UTF-8", "postgresql": "UTF8", "mysql": "utf8mb4"}


def answers(inst: Installation):
    """Check that it answers. SQLite would make a missing file, so that is looked for first."""
    if inst.database and not inst.database.is_file():
        if (inst.config.instance / MARK).is_file():
            raise Fatal(
                _(
                    "Basis data %(file)s hilang, jadi situs tidak menampilkan apa-apa. "
                    "Kembalikan berkasnya, atau cadangannya.",
                    file=inst.database,
                )
            )
        raise Fatal(
            _(
                "Tidak ada basis data di %(file)s, jadi situs tidak menampilkan apa-apa. "
                "Jalankan `flask init`, yang membuatnya.",
                file=inst.database,
            )
        )
    try:
        db.session.connection()
    # drivers raise more than SQLAlchemy knows of: psycopg a TypeError in a database of bytes
    except Exception as error:
        raise Fatal(
            _(
                "Basis data tidak menjawab (%(reason)s), jadi situs tidak menampilkan "
                "apa-apa. Periksa PNPM_DATABASE_URL.",
                reason=_reason(error),
            )
        ) from error
    return _("Basis data menjawab.")


def schema(inst: Installation):
    """Check that its tables are those of this version of the program."""
    try:
        current, newest = migrations.current(), migrations.newest()
    except SQLAlchemyError as error:
        raise Fatal(
            _(
                "Basis data belum berisi tabel, jadi situs tidak menampilkan apa-apa. "
                "Jalankan `flask init`."
            )
        ) from error
    versions = {"current": current, "newest": newest}
    if current and current > newest:
        raise Fatal(
            _(
                "Basis data dari versi program yang lebih baru (%(current)s, bukan "
                "%(newest)s). Pasang versi itu di sini.",
                **versions,
            )
        )
    if current != newest:
        raise Fatal(
            _(
                "Tabel dari versi yang lebih lama (%(current)s, bukan %(newest)s), jadi "
                "halaman gagal. "
                "Jalankan `flask db upgrade`.",
                **versions,
            )
        )
    return _("Tabel sesuai dengan versi ini (%(current)s).", current=current)


def whole(inst: Installation):
    """Check that SQLite's file is not damaged, as far as that can be told in time."""
    if inst.database is None:
        return None
    try:
        damage = health.damage(inst.patience)
    except TimeoutError:
        return _(
            "Basis data terlalu besar untuk diperiksa utuh di sini; `flask doctor` "
            "memeriksanya lebih lama."
        )
    except SQLAlchemyError as error:
        damage = _reason(error)
    if damage:
        raise Ill(
            _(
                "Basis data rusak (%(damage)s). Simpan salinannya, lalu kembalikan "
                "cadangan: `flask restore`.",
                damage=quoted(damage),
            )
        )
    return _("Basis data utuh.")


def characters(inst: Installation):
    """Check that it keeps every character, emoji included."""
    found, right = health.encoding(), RIGHT[health.backend()]
    # each table has an encoding of its own there, so the database's says nothing
    is_mysql = health.backend() == "mysql"
    if found != right and not is_mysql:
        raise Ill(
            _(
                "Basis data menyimpan teks sebagai %(found)s, bukan %(right)s, jadi "
                "sebagian huruf atau emoji hilang. "
                "Buat basis data kosong dengan %(right)s, lalu pindahkan: `flask move-database`.",
                found=found,
                right=right,
            )
        )
    if is_mysql and (others := health.other_tables()):
        raise Ill(
            _(
                "Tabel yang tidak memakai utf8mb4, sehingga emoji ditolak: %(tables)s. "
                "Di phpMyAdmin: ALTER TABLE %(first)s CONVERT TO CHARACTER SET utf8mb4.",
                tables=", ".join(others),
                first=others[0],
            )
        )
    return _("Basis data menyimpan semua huruf (%(found)s).", found=right)


def journal(inst: Installation):
    """Check that SQLite uses the journal mode of the settings."""
    if inst.database is None:
        return None
    if (found := health.journal()) != inst.config.sqlite_journal:
        raise Ill(
            _(
                "SQLite tidak dapat memakai %(asked)s di sini, dan memakai %(found)s. "
                "Setel PNPM_SQLITE_JOURNAL=DELETE, "
                "supaya semua proses memakai cara yang sama.",
                asked=inst.config.sqlite_journal,
                found=found,
            )
        )
    return _("SQLite memakai %(found)s, seperti yang diminta.", found=found)


def _reason(error):
    """Return the driver's first line: it names hosts and files, never a password or a value."""
    return quoted(str(getattr(error, "orig", None) or error).splitlines()[0])
