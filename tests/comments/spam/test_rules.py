"""What makes a comment wait."""

import pytest

from pnpm.comments.spam import HoldReason, doubts


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"links": 2}, []),
        ({"links": 3}, [HoldReason.LINKS]),
        ({"honeypot": "x"}, [HoldReason.HONEYPOT]),
        ({"seconds": 2}, [HoldReason.FAST]),
        ({"seconds": 3}, []),
        ({"seconds": 0, "min_seconds": 0}, []),
        (
            {"seconds": 0, "honeypot": "x", "links": 9},
            [HoldReason.HONEYPOT, HoldReason.FAST, HoldReason.LINKS],
        ),
    ],
)
def test_each_rule_and_all_of_them(given, found):
    assert (
        doubts(**{"links": 0, "honeypot": "", "seconds": None, "min_seconds": 3, **given}) == found
    )
