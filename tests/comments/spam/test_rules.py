"""What makes a comment wait."""

import pytest

from pnpm.comments.spam import Doubt, doubts


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"links": 2}, []),
        ({"links": 3}, [Doubt.LINKS]),
        ({"honeypot": "x"}, [Doubt.HONEYPOT]),
        ({"seconds": 2}, [Doubt.FAST]),
        ({"seconds": 3}, []),
        ({"seconds": 0, "min_seconds": 0}, []),
        ({"seconds": 0, "honeypot": "x", "links": 9}, [Doubt.HONEYPOT, Doubt.FAST, Doubt.LINKS]),
    ],
)
def test_each_rule_and_all_of_them(given, found):
    assert (
        doubts(**{"links": 0, "honeypot": "", "seconds": None, "min_seconds": 3, **given}) == found
    )
