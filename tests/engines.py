"""The databases that the tests run on: SQLite, or with TEST_ENGINE=mariadb or postgresql a server
of our own, gone with them.

One server serves all processes of a run.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, insert, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import MetaData

ENGINE = os.environ.get("TEST_ENGINE", "sqlite")
PACKAGES = {"mariadb": "mariadb-server", "postgresql": "postgresql"}
SECONDS = 60  # for a server to be there
# what is written here is gone with the machine: for tests, that is quick and enough
MEMORY = Path("/dev/shm")
TEMPLATE = "site_template"


# What keeps the log from being changed, taken away by somebody who may do that.
WITHOUT_GUARDS = [
    f"DROP TRIGGER log_entry_no_{verb}" + " ON log_entry" * (ENGINE == "postgresql")
    for verb in ("update", "delete")
]


class Missing(Exception):
    """The server's programs are not installed; the message says what to install."""


class Server:
    """A database server of our own on the loopback. Of one that several processes use, each names
    its databases by `prefix`.
    """

    def __init__(self, root: str, daemon: "Daemon | None" = None, prefix: str = ""):
        self.root, self._daemon, self._prefix, self._numbers = (
            make_url(root),
            daemon,
            prefix,
            count(1),
        )
        self._administrator = create_engine(
            self.root, isolation_level="AUTOCOMMIT", pool_pre_ping=True
        )

    def start(self) -> None:
        """Start it."""
        self._daemon.start(lambda: self.run("SELECT 1"))

    def stop(self) -> None:
        """Stop it; its data stays."""
        self._administrator.dispose()
        self._daemon.stop()

    def _named(self, name=""):
        return f"{self._prefix}{name or f'site_{next(self._numbers)}'}"

    def url(self, name: str) -> str:
        """The URL of a database."""
        return self.root.set(database=name).render_as_string(hide_password=False)

    def create(self, name: str = "") -> str:
        """A new database like the template, or an empty one of that name; its URL."""
        raise NotImplementedError

    def run(self, *statements: str) -> None:
        """Run statements as the server's administrator, each by itself."""
        with self._administrator.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


class PostgreSQL(Server):
    """Its databases are made of a template."""

    def create(self, name: str = "") -> str:
        # copied as files: written to the log, they would be copied twice
        given = "" if name else f'TEMPLATE "{self._named(TEMPLATE)}" STRATEGY = file_copy'
        name = self._named(name)
        self.run(f'CREATE DATABASE "{name}" {given}')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self.run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


class MariaDB(Server):
    """Its databases are filled from the template's tables; one that was used is emptied, and used
    again.
    """

    def __init__(self, *given):
        super().__init__(*given)
        self._free, self._template = [], None

    def create(self, name: str = "") -> str:
        if name:
            name = self._named(name)
            self.run(f"CREATE DATABASE `{name}`")
            return self.url(name)
        url = self._free.pop() if self._free else self._new()
        self._fill(url)
        return url

    def drop(self, url: str) -> None:
        """Keep it for the next test, unless this one changed its tables."""
        if _shape(url) == _shape(self.url(self._named(TEMPLATE))):
            self._free.append(url)
        else:
            self.run(f"DROP DATABASE `{make_url(url).database}`")

    def _new(self):
        name = self._named()
        self.run(f"CREATE DATABASE `{name}`")
        engine = create_engine(self.url(self._named(TEMPLATE)))
        tables = inspect(engine).get_table_names()
        with engine.connect() as connection:
            made = [
                connection.execute(text(f"SHOW CREATE TABLE `{table}`")).one()[1]
                for table in tables
            ]
            triggers = [row[0] for row in connection.execute(text("SHOW TRIGGERS"))]
            made += [
                connection.execute(text(f"SHOW CREATE TRIGGER `{trigger}`")).one()[2]
                for trigger in triggers
            ]
        engine.dispose()
        engine = create_engine(self.url(name))
        with engine.connect() as connection:
            connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
            for statement in made:
                connection.exec_driver_sql(statement.replace("%", "%%"))
            connection.commit()
        engine.dispose()
        return self.url(name)

    def _fill(self, url):
        """Put the template's rows into its tables. One that is empty in the template, and has given
        no number since, is as it was: to empty a table takes longer than most tests.
        """
        self._template = self._template or _contents(self.url(self._named(TEMPLATE)))
        metadata, rows = self._template
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
            next_numbers = dict(connection.execute(text(NEXT_NUMBERS)).all())
            for table in metadata.sorted_tables:
                number = next_numbers[table.name]
                if number is None:  # its rows have no numbers
                    connection.execute(text(f"DELETE FROM `{table.name}`"))
                elif number > 1:
                    connection.execute(text(f"TRUNCATE `{table.name}`"))
                if rows[table.name]:
                    connection.execute(insert(table), rows[table.name])
            connection.commit()
        engine.dispose()


NEXT_NUMBERS = (
    "SELECT table_name, auto_increment FROM information_schema.tables"
    " WHERE table_schema = DATABASE()"
)
COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
)


def _shape(url):
    """The names of the tables, columns and triggers of a database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = {tuple(row) for row in connection.execute(text(COLUMNS))}
        names |= {(row[0],) for row in connection.execute(text("SHOW TRIGGERS"))}
    engine.dispose()
    return names


def _contents(url):
    """The tables of a database, and their rows."""
    engine, metadata = create_engine(url), MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        rows = {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in metadata.tables.values()
        }
    engine.dispose()
    return metadata, rows


def known(root: str, prefix: str) -> Server:
    """The server at that URL, for one of the processes that use it."""
    return {"mariadb": MariaDB, "postgresql": PostgreSQL}[ENGINE](root, None, prefix)


class Daemon:
    """A server's process: started as often as it is stopped, on one port, with the same data. It
    goes when its parent does.
    """

    def __init__(self, command: list, stop: signal.Signals, folder: Path):
        self._command = ["setpriv", "--pdeathsig", stop.name.removeprefix("SIG"), *command]
        self._stop, self._log, self._process = stop, folder / "log", None

    def start(self, answers: Callable[[], object]) -> None:
        """Start it, until it answers."""
        with self._log.open("a") as log:
            # Away from the terminal: ^C is for the tests, which stop it then.
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(SECONDS * 10):
            if self._process.poll() is not None:
                raise RuntimeError(
                    f"the server ended with {self._process.returncode}: "
                    f"{self._log.read_text()[-2000:]}"
                )
            try:
                answers()
                return
            except DBAPIError:
                time.sleep(0.1)
        raise TimeoutError(str(self._command))

    def stop(self) -> None:
        """Stop it, whoever is still connected."""
        self._process.send_signal(self._stop)
        self._process.wait(SECONDS)


@contextmanager
def serving() -> Iterator[Server]:
    """A server of this run's engine, as long as the block. Missing if it is not installed."""
    place = MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=f"engine-of-{os.getpid()}-", dir=place))
    folder.chmod(0o755)
    server = None
    try:
        server = {"mariadb": _mariadb, "postgresql": _postgresql}[ENGINE](folder)
        server.start()
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place):
    """Remove what a run left there that was killed."""
    for folder in place.glob("engine-of-*"):
        if not Path(f"/proc/{folder.name.split('-')[2]}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _program(name, *places):
    found = shutil.which(name) or next(
        (str(place / name) for place in places if (place / name).exists()), None
    )
    if found is None:
        raise Missing(f"{name} is missing: apt-get install {PACKAGES[ENGINE]}")
    return found


def _port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _mariadb(folder):
    """With all that an old host may have as its default: letters of Latin-1, a mode that cuts texts
    off, a clock of its own.
    """
    install, program = _program("mariadb-install-db"), _program("mariadbd", Path("/usr/sbin"))
    data, port = folder / "data", _port()
    made = [
        install,
        "--no-defaults",
        f"--datadir={data}",
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
    ]
    subprocess.run([*made, *_as("--user=root")], check=True, capture_output=True)
    command = [
        program,
        "--no-defaults",
        f"--datadir={data}",
        f"--port={port}",
        f"--socket={folder}/socket",
        *_as("--user=root"),
    ]
    command += [
        "--bind-address=127.0.0.1",
        "--skip-log-bin",
        "--innodb-buffer-pool-size=64M",
        "--skip-name-resolve",
    ]
    command += [
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-doublewrite=0",
        "--performance-schema=0",
    ]
    command += [
        "--character-set-server=latin1",
        "--collation-server=latin1_swedish_ci",
        "--default-time-zone=+08:00",
    ]
    command += ["--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ONLY_FULL_GROUP_BY"]
    daemon = Daemon(command, signal.SIGTERM, folder)
    # PyMySQL would read the machine's certificates at each connection, for 26 ms
    return MariaDB(
        f"mysql+pymysql://root@127.0.0.1:{port}/mysql?charset=utf8mb4&ssl_disabled=true", daemon
    )


def _postgresql(folder):
    """With texts in another order than their bytes', and a clock of its own."""
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
        reverse=True,
    )
    initdb, program = _program("initdb", *places), _program("postgres", *places)
    user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", _port()
    made = [
        initdb,
        "-D",
        data,
        "-U",
        "site",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    made += ["--locale-provider=icu", "--icu-locale=en-US"]
    subprocess.run(
        [*(["setpriv", *user] if user else []), *made], check=True, capture_output=True, cwd=folder
    )
    command = [*user, program, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
    command += [
        "-c",
        "synchronous_commit=off",
        "-c",
        "max_connections=200",
        "-c",
        "timezone=Asia/Makassar",
        # nothing of it outlives the run, and each test has a database of its own
        "-c",
        "autovacuum=off",
        "-c",
        "wal_level=minimal",
        "-c",
        "max_wal_senders=0",
        "-c",
        "full_page_writes=off",
    ]
    daemon = Daemon(command, signal.SIGINT, folder)  # its SIGTERM waits for whoever is connected
    return PostgreSQL(
        f"postgresql+psycopg://site@127.0.0.1:{port}/postgres",
        daemon,
    )


def _as(option):
    return [option] if os.geteuid() == 0 else []
