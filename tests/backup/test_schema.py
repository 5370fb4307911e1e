"""All tables of the site are known in one place, whatever a process has imported before."""

import subprocess
import sys

from pnpm.backup.schema import metadata
from pnpm.db import migrations
from tests.conftest import TOP

# In a process of its own: this one may have imported anything.
EVERYTHING = """
import pkgutil
from importlib import import_module
import pnpm
from pnpm.backup.schema import metadata
known, mapped = {*metadata.tables}, {*pnpm.db.Model.registry.mappers}
for module in pkgutil.walk_packages(pnpm.__path__, "pnpm."):
    if not module.name.startswith("pnpm.db.migrations."):
        import_module(module.name)
print(len(known), {*metadata.tables} - known, {*pnpm.db.Model.registry.mappers} - mapped)
"""


def test_no_module_defines_a_table_that_is_not_known_there():
    command = [sys.executable, "-c", EVERYTHING]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [str(len(metadata.tables)), "set()", "set()"], done.stderr


def test_the_steps_of_the_schema_make_each_of_them():
    assert {*metadata.tables} <= migrations.tables()
