"""SQLite's log, and the file that it belongs to: no file gets the lines of another that was in its
place before.
"""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DisconnectionError

from pnpm.db import sqlite, sqlite_wal
from pnpm.db.errors import NotStored, StorageFault, fault_of_sqlite
from pnpm.files import locked
from tests.conftest import TOP

OPTIONS = {"timeout": 1, "isolation_level": None, "check_same_thread": False}


@pytest.fixture
def path(tmp_path):
    """A database with one line, kept with a log."""
    path = str(tmp_path / "site.db")
    _made(path, "lama")
    return path


@pytest.fixture
def opened():
    """A connection as the site opens it, with what is known of its file: `opened(path)`."""
    connections = []

    def opened(path):
        info = {}
        connections.append(sqlite.opened(path, info, "WAL", OPTIONS))
        return connections[-1], info

    yield opened
    for connection in connections:
        connection.close()


def _made(path, line):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE line (text TEXT)")
        connection.execute("INSERT INTO line VALUES (?)", [line])


def put_in_place(path, line):
    """Another database takes the file's place, as an upload that is whole before does."""
    _made(f"{path}.new", line)
    os.rename(f"{path}.new", path)


def lines(connection):
    return [text for (text,) in connection.execute("SELECT text FROM line")]


def write(connection, line):
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO line VALUES (?)", [line])
    connection.execute("COMMIT")


def another_process_writes(path, line):
    """What a process that never saw the old file then finds there."""
    code = (
        "import sys; from pnpm.db import sqlite\n"
        f"connection = sqlite.opened(sys.argv[1], {{}}, 'WAL', {OPTIONS})\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "connection.execute('INSERT INTO line VALUES (?)', [sys.argv[2]])\n"
        "connection.execute('COMMIT')\n"
        "print(*[text for (text,) in connection.execute('SELECT text FROM line')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path, line],
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_process_that_opens_the_new_file_first_leaves_the_old_ones_log_alone(path, opened):
    old, info = opened(path)
    write(old, "diakui")
    os.link(path, f"{path}.kept")
    put_in_place(path, "baru")
    assert another_process_writes(path, "pertama") == ["baru", "pertama"]
    assert another_process_writes(path, "kedua") == ["baru", "pertama", "kedua"]
    assert lines(old) == ["lama", "diakui"]
    with pytest.raises(DisconnectionError):
        sqlite.check(old, {**info, "is_fresh": False})
    old.close()
    with closing(sqlite3.connect(f"{path}.kept")) as kept:
        assert lines(kept) == ["lama", "diakui"], "what was in its log is now in itself"
    assert lines(opened(path)[0]) == ["baru", "pertama", "kedua"]


def test_one_that_missed_a_file_between_takes_nobodys_log_away(path, opened):
    oldest, oldest_info = opened(path)
    write(oldest, "diakui")
    put_in_place(path, "tengah")
    middle, middle_info = opened(path)
    write(middle, "hanya di tengah")
    put_in_place(path, "baru")
    newest, _info = opened(path)
    write(newest, "akhir")
    for connection, info in ((oldest, oldest_info), (middle, middle_info)):
        with pytest.raises(DisconnectionError):
            sqlite.check(connection, {**info, "is_fresh": False})
        connection.close()
    assert another_process_writes(path, "sesudahnya") == ["baru", "akhir", "sesudahnya"]


class TestAFileThatTakesThePlaceAsTheOtherIsOpened:
    """Nobody who uploads one knows of our locks."""

    @pytest.fixture
    def takes_place(self, path, monkeypatch):
        """A new file takes the place before, or after, that function of ours is called next."""

        def takes_place(name, is_before):
            step, done = getattr(sqlite, name), []

            def put():
                if not done:
                    done.append(True)
                    put_in_place(path, "baru")

            def stepped(*arguments):
                if is_before:
                    put()
                found = step(*arguments)
                put()
                return found

            monkeypatch.setattr(sqlite, name, stepped)

        return takes_place

    @pytest.mark.parametrize("is_before", [True, False], ids=["just before", "just after"])
    def test_as_we_connect_it_is_the_one_that_is_opened(self, path, opened, takes_place, is_before):
        old, _info = opened(path)
        write(old, "diakui")
        takes_place("_connected", is_before)
        new, info = opened(path)
        write(new, "pertama")
        assert lines(new) == ["baru", "pertama"]
        assert info["file"] == sqlite_wal.identity(path)
        assert another_process_writes(path, "kedua") == ["baru", "pertama", "kedua"]
        assert lines(old) == ["lama", "diakui"]

    def test_before_we_read_first_nothing_is_written_to_either_file(
        self, path, opened, takes_place
    ):
        takes_place("_prepared", is_before=True)
        connection, info = opened(path)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            write(connection, "tidak ke mana-mana")
        assert info["fault"] is StorageFault.READ_ONLY, "so that it serves once"
        assert another_process_writes(path, "pertama") == ["baru", "pertama"]

    def test_once_we_have_read_it_gets_nothing_of_the_log(self, path, opened, takes_place):
        takes_place("_prepared", is_before=False)
        old, info = opened(path)
        write(old, "ke yang lama")
        assert another_process_writes(path, "pertama") == ["baru", "pertama"]
        assert lines(old) == ["lama", "ke yang lama"]
        with pytest.raises(NotStored):
            sqlite.confirm(info)
        with pytest.raises(DisconnectionError):
            sqlite.check(old, {**info, "is_fresh": False})
        assert another_process_writes(path, "kedua") == ["baru", "pertama", "kedua"]

    def test_where_files_follow_each_other_too_fast_it_is_busy(self, path, monkeypatch):
        step = sqlite._connected

        def connected(*arguments):
            put_in_place(path, "baru")
            return step(*arguments)

        monkeypatch.setattr(sqlite, "_connected", connected)
        with pytest.raises(sqlite3.OperationalError, match="again and again") as raised:
            sqlite.opened(path, {}, "WAL", OPTIONS)
        assert fault_of_sqlite(raised.value.sqlite_errorcode) is StorageFault.BUSY


def test_one_in_a_transaction_keeps_nobody_from_the_new_file(path, opened):
    """Its own thread may hold it: who lets go waits for nobody, and takes the log away all the
    same, in which the other ends what it began.
    """
    (writing, _info), (letting_go, info) = opened(path), opened(path)
    os.link(path, f"{path}.kept")
    write(writing, "diakui")
    writing.execute("BEGIN IMMEDIATE")
    writing.execute("INSERT INTO line VALUES ('dimulai')")
    put_in_place(path, "baru")
    letting_go.execute("PRAGMA busy_timeout=20000")
    with ThreadPoolExecutor(1) as other_thread:
        let_go = other_thread.submit(sqlite.check, letting_go, {**info, "is_fresh": False})
        assert isinstance(let_go.exception(10), DisconnectionError)
    assert another_process_writes(path, "pertama") == ["baru", "pertama"]
    writing.execute("COMMIT")
    assert lines(writing) == ["lama", "diakui", "dimulai"]
    assert another_process_writes(path, "kedua") == ["baru", "pertama", "kedua"]
    writing.close()
    letting_go.close()
    with closing(sqlite3.connect(f"{path}.kept")) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_new_file_is_not_opened_with_the_log_of_the_old_one_while_another_process_is_at_it(
    path, opened, monkeypatch
):
    old, _info = opened(path)
    write(old, "diakui")
    put_in_place(path, "baru")
    monkeypatch.setattr(sqlite_wal, "LOCK_SECONDS", 0)
    with locked(Path(f"{path}.lock"), 0), pytest.raises(sqlite3.OperationalError) as refused:
        opened(path)
    assert fault_of_sqlite(refused.value.sqlite_errorcode) is StorageFault.BUSY
    assert lines(opened(path)[0]) == ["baru"]


def test_a_file_with_its_own_log_is_read_while_another_process_opens_it(path, opened, monkeypatch):
    one, _info = opened(path)
    write(one, "diakui")
    monkeypatch.setattr(sqlite_wal, "LOCK_SECONDS", 0)
    with locked(Path(f"{path}.lock"), 0):
        assert lines(opened(path)[0]) == ["lama", "diakui"]


def killed_while_it_wrote(path):
    """A process of the site that leaves a line in the log alone."""
    code = (
        "import os, sys; from pnpm.db import sqlite\n"
        f"connection = sqlite.opened(sys.argv[1], {{}}, 'WAL', {OPTIONS})\n"
        "connection.execute(\"INSERT INTO line VALUES ('diakui')\")\n"
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, path], cwd=TOP, timeout=30).returncode == -9
    assert os.path.getsize(f"{path}-wal")


def test_the_log_of_a_process_that_was_killed_is_its_files_still(path):
    killed_while_it_wrote(path)
    assert another_process_writes(path, "lagi") == ["lama", "diakui", "lagi"]


def test_the_log_of_a_process_that_was_killed_does_not_go_into_another_file(path):
    killed_while_it_wrote(path)
    put_in_place(path, "baru")
    assert another_process_writes(path, "lagi") == ["baru", "lagi"]
    assert os.path.getsize(path + sqlite_wal.OLD), "kept, since it may be wanted"


def test_the_log_of_a_file_that_is_away_waits_for_it(path):
    killed_while_it_wrote(path)
    os.rename(path, f"{path}.aside")
    with pytest.raises(sqlite3.Error):
        sqlite.opened(path, {}, "WAL", OPTIONS)
    os.rename(f"{path}.aside", path)
    assert another_process_writes(path, "lagi") == ["lama", "diakui", "lagi"]


def test_who_still_writes_into_a_log_that_was_put_away_meanwhile_is_told(path, opened):
    """The file was away, another connection noticed, and it is back."""
    (one, one_info), (other, other_info) = opened(path), opened(path)
    write(one, "diakui")
    os.rename(path, f"{path}.aside")
    with pytest.raises(DisconnectionError):
        sqlite.check(other, {**other_info, "is_fresh": False})
    other.close()
    os.rename(f"{path}.aside", path)
    write(one, "tidak diakui")
    with pytest.raises(NotStored):
        sqlite.confirm(one_info)
    with pytest.raises(DisconnectionError):
        sqlite.check(one, {**one_info, "is_fresh": False})
    one.close()
    assert another_process_writes(path, "lagi")[:2] == ["lama", "diakui"]


@pytest.mark.parametrize("written", ["", "1 2", "1 2 3 x", "\0", "9" * 5000])
def test_a_lock_that_says_nothing_of_use_leaves_the_log_where_it_is(path, opened, written):
    connection, _info = opened(path)
    write(connection, "diakui")
    with open(f"{path}.lock", "w") as lock:
        lock.write(written)
    assert another_process_writes(path, "lagi") == ["lama", "diakui", "lagi"]
