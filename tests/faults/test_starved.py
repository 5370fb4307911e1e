"""A host that gives little of what else there is: files, processes, memory. Readers still read, and
comments are kept.
"""

import pytest

from tests.faults.conftest import NOBODY, UNPRIVILEGED, House, readable, run
from tests.faults.test_read_only import of_another

__all__ = ["of_another"]
MB = 1024 * 1024


@pytest.mark.parametrize(
    "limit", ["--nofile=24", f"--as={1024 * MB}", f"--data={256 * MB}", f"--fsize={64 * MB}"]
)
def test_with_little_of_it_readers_read_and_comments_are_kept(house, limit):
    with house.served(("prlimit", limit)) as reader:
        form, officer = reader.form(), type(reader)(house.url)
        for number in range(8):
            readable(reader, house, "/healthz")
            assert reader.comment(form, f"hemat {number}").status == 303
        assert officer.sign_in() == 303
        assert officer.upload().status == 201
    assert len(house.bodies()) == 11
    assert "Traceback" not in house.said


def test_without_another_thread_or_process(of_another: House):
    """What CloudLinux calls NPROC: nothing can be started while the site runs."""
    run("chown", "-R", NOBODY, of_another.instance)
    # gunicorn and its two
    with of_another.served((*UNPRIVILEGED, "prlimit", "--nproc=3")) as reader:
        form, officer = reader.form(), type(reader)(of_another.url)
        readable(reader, of_another, "/healthz")
        assert reader.comment(form, "tanpa utas").status == 303
        assert officer.sign_in() == 303
        assert officer.upload().status == 201
    assert of_another.bodies()[3:] == ["tanpa utas"]
    assert "Traceback" not in of_another.said
