"""The databases that the tests run on: SQLite, or with TEST_ENGINE=mariadb or postgresql a server of our own, gone with them."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, insert, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import MetaData

ENGINE = os.environ.get("TEST_ENGINE", "sqlite")
PACKAGES = {"mariadb": "mariadb-server", "postgresql": "postgresql"}
SECONDS = 60  # for a server to be there
MEMORY = Path("/dev/shm")  # what is written here is gone with the machine: for tests, that is quick and enough
TEMPLATE = "site_template"


# What keeps the log from being changed, taken away by somebody who may do that.
WITHOUT_GUARDS = [
    f"DROP TRIGGER log_entry_no_{verb}" + " ON log_entry" * (ENGINE == "postgresql") for verb in ("update", "delete")
]


class Missing(Exception):
    """The server's programs are not installed; the message says what to install."""


class Server:
    """A database server of our own on the loopback."""

    def __init__(self, root: str):
        self.root, self._numbers = make_url(root), count(1)

    def url(self, name: str) -> str:
        """The URL of a database."""
        return self.root.set(database=name).render_as_string(hide_password=False)

    def create(self, name: str = "") -> str:
        """A new database like the template, or an empty one of that name; its URL."""
        raise NotImplementedError

    def run(self, *statements: str) -> None:
        """Run statements as the server's administrator, each by itself."""
        engine = create_engine(self.root, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


class PostgreSQL(Server):
    """Its databases are made of a template."""

    def create(self, name: str = "") -> str:
        if name:
            self.run(f'CREATE DATABASE "{name}"')
            return self.url(name)
        name = f"site_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self.run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')


class MariaDB(Server):
    """Its databases are filled from the template's tables; one that was used is emptied, and used again."""

    def __init__(self, root: str):
        super().__init__(root)
        self._free, self._template = [], None

    def create(self, name: str = "") -> str:
        if name:
            self.run(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
            return self.url(name)
        url = self._free.pop() if self._free else self._new()
        self._fill(url)
        return url

    def drop(self, url: str) -> None:
        """Keep it for the next test, unless this one changed its tables."""
        if _shape(url) == _shape(self.url(TEMPLATE)):
            self._free.append(url)
        else:
            self.run(f"DROP DATABASE `{make_url(url).database}`")

    def _new(self):
        name = f"site_{next(self._numbers)}"
        self.run(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        engine = create_engine(self.url(TEMPLATE))
        tables = inspect(engine).get_table_names()
        with engine.connect() as connection:
            made = [connection.execute(text(f"SHOW CREATE TABLE `{table}`")).one()[1] for table in tables]
            triggers = [row[0] for row in connection.execute(text("SHOW TRIGGERS"))]
            made += [connection.execute(text(f"SHOW CREATE TRIGGER `{trigger}`")).one()[2] for trigger in triggers]
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
        self._template = self._template or _contents(self.url(TEMPLATE))
        metadata, rows = self._template
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
            for table in metadata.sorted_tables:
                connection.execute(text(f"TRUNCATE `{table.name}`"))
                if rows[table.name]:
                    connection.execute(insert(table), rows[table.name])
            connection.commit()
        engine.dispose()


def _shape(url):
    """The names of the tables and triggers of a database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = {row[0] for query in ("SHOW TABLES", "SHOW TRIGGERS") for row in connection.execute(text(query))}
    engine.dispose()
    return names


def _contents(url):
    """The tables of a database, and their rows."""
    engine, metadata = create_engine(url), MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        rows = {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))] for table in metadata.tables.values()
        }
    engine.dispose()
    return metadata, rows


@contextmanager
def serving() -> Iterator[Server]:
    """The server of this run's engine, as long as the tests take. Missing if it is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="engine-", dir=MEMORY if MEMORY.is_dir() else None))
    folder.chmod(0o755)
    server, process = {"mariadb": _mariadb, "postgresql": _postgresql}[ENGINE](folder)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _program(name, *places):
    found = shutil.which(name) or next((str(place / name) for place in places if (place / name).exists()), None)
    if found is None:
        raise Missing(f"{name} is missing: apt-get install {PACKAGES[ENGINE]}")
    return found


def _port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _mariadb(folder):
    install, daemon = _program("mariadb-install-db"), _program("mariadbd", Path("/usr/sbin"))
    data, port = folder / "data", _port()
    made = [install, "--no-defaults", f"--datadir={data}", "--skip-test-db", "--auth-root-authentication-method=normal"]
    subprocess.run([*made, *_as("--user=root")], check=True, capture_output=True)
    command = [daemon, "--no-defaults", f"--datadir={data}", f"--port={port}", f"--socket={folder}/socket", *_as("--user=root")]
    command += ["--bind-address=127.0.0.1", "--skip-log-bin", "--innodb-buffer-pool-size=64M"]
    command += ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"]
    process = _started(command, folder)
    return MariaDB(f"mysql+pymysql://root@127.0.0.1:{port}/mysql?charset=utf8mb4"), process


def _postgresql(folder):
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    initdb, daemon = _program("initdb", *places), _program("postgres", *places)
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", _port()
    made = [*user, initdb, "-D", data, "-U", "site", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, cwd=folder)
    command = [*user, daemon, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
    process = _started([*command, "-c", "synchronous_commit=off", "-c", "max_connections=200"], folder)
    return PostgreSQL(f"postgresql+psycopg://site@127.0.0.1:{port}/postgres"), process


def _started(command, folder):
    with (folder / "log").open("w") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _as(option):
    return [option] if os.geteuid() == 0 else []


def _wait(server, process):
    for _ in range(SECONDS * 10):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            return server.run("SELECT 1")
        except DBAPIError:
            time.sleep(0.1)
    raise TimeoutError(str(server.root))
