"""What would keep the parser busy is known before it is asked, and nothing that people write is
taken for it.
"""

import time

import pytest

from pnpm.markup.limits import is_too_deep
from pnpm.markup.sanitizer import article_html

SIZE = 60_000  # characters


@pytest.mark.parametrize(
    "source",
    [
        "<p>isi <b>tebal</b> dan <i>miring</i></p>\n" * 500,
        "<p>tanpa akhir" * 500,
        "<ul>" + "<li>satu" * 500 + "</ul>",
        "<table>" + "<tr><td>a<td>b" * 500 + "</table>",
        "<dl>" + "<dt>a<dd>b" * 500 + "</dl>",
        "<br>" * 500 + "<img src=x>" * 500 + "<hr/>" * 500,
        "<ul><li>" * 20 + "</li></ul>" * 20,
        "3 < 4 dan a<b, <3 " * 500,
        "",
    ],
)
def test_what_people_write_is_not(source):
    assert not is_too_deep(source)


@pytest.mark.parametrize(
    "part",
    [
        "<b>",
        "<ul><li>",
        "<div>",
        "<table><tr><td>",
        "<b><p></b>",
        "<a href=x><div></a>",
        "<B\n>",
        "<i></b>",
        "<x-y><q>",
    ],
)
def test_what_never_ends_is(part):
    assert is_too_deep(part * (SIZE // len(part)))


@pytest.mark.parametrize(
    "part",
    [
        "<b>x",
        "<p>",
        "<li>",
        "<i><b></i></b>",
        "<b 1><p>",
        "</b>",
        "<b><p></b>",
        "<td>",
        "&lt;<b",
        "<font><p></font>",
    ],
)
def test_what_passes_costs_the_parser_no_more_than_a_plain_text_does(part):
    source = part * (SIZE // len(part))
    if not is_too_deep(source):
        article_html("<p>hangat</p>")
        cost, plain = _cost(source), _cost("<p>isi <b>tebal</b></p>\n" * (SIZE // 24))
        assert cost < 10 * plain


def _cost(source):
    """Seconds of the processor, the least of three: whatever else the process does comes on top."""
    costs = []
    for _try in range(3):
        begun = time.process_time()
        article_html(source)
        costs.append(time.process_time() - begun)
    return min(costs)
