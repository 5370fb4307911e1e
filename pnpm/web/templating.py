"""Templates kept compiled in the instance folder: compiling those of a page takes longer than to
render it.
"""

from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

FOLDER = "compiled"  # in the instance folder: nobody else may write what is run


class Compiled(FileSystemBytecodeCache):
    """Jinja's own cache, which knows a template by its text; where it cannot be written, templates
    are compiled each time.
    """

    def __init__(self, instance: Path):
        super().__init__(str(instance / FOLDER))

    def load_bytecode(self, bucket: Bucket) -> None:
        """A template as it was kept, if it was."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        with suppress(OSError):
            Path(self.directory).mkdir(0o700, exist_ok=True)
            super().dump_bytecode(bucket)
