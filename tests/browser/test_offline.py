"""Pages that were read open again without a line: the service worker in a real browser."""

import re
import threading
from contextlib import suppress
from socket import SHUT_RDWR, create_connection, create_server

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from tests.browser.conftest import LOOKS, PASSWORD
from tests.photographs import photograph

ALLOWED = {"service_workers": "allow"}
# What the browser keeps of the site: paths, and the bytes of their bodies.
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) {
      const { pathname, search } = new URL(key.url);
      found[pathname + search] = (await (await cache.match(key)).blob()).size;
    }
  }
  return found;
}"""
# What the page is made of.
FILES = """[...document.querySelectorAll("link[rel=stylesheet], script[src], .emoticons img")]
  .map((one) => (one.href || one.src).split("#")[0])"""
IS_KEPT = "(path) => caches.match(path).then(Boolean)"
NOBODY = "() => navigator.serviceWorker.getRegistration().then((one) => !one)"


class Line:
    """What lies between a browser and the site: it is good, stalled (nothing answers), or cut.

    `changes` are words that it puts others of the same length for.
    """

    def __init__(self, site):
        self.port = int(site.url.rpartition(":")[2])
        self.state, self.changed, self.open = "good", threading.Condition(), []
        self.sent, self.changes = [], {}
        self.server = create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def set(self, state):
        """From now on it is good, stalled or cut; connections that are open end."""
        with self.changed:
            self.state = state
            self.changed.notify_all()
        self._hang_up()

    def asked(self):
        """What was asked for over it: paths."""
        return re.findall(r"(?m)^GET ([^ ]+) HTTP", b"".join(self.sent).decode("latin-1"))

    def close(self):
        """Let everybody go."""
        self.set("cut")
        self.server.close()

    def _hang_up(self):
        while self.open:
            with suppress(OSError):
                self.open.pop().shutdown(SHUT_RDWR)

    def _listen(self):
        with suppress(OSError):
            while True:
                browser, _address = self.server.accept()
                threading.Thread(target=self._serve, args=(browser,), daemon=True).start()

    def _serve(self, browser):
        with suppress(OSError), browser:
            with self.changed:
                self.changed.wait_for(lambda: self.state != "stalled")
                if self.state == "cut":
                    return
            with create_connection(("127.0.0.1", self.port)) as site:
                self.open += [browser, site]
                back = threading.Thread(target=self._copy, args=(site, browser), daemon=True)
                back.start()
                self._copy(browser, site, self.sent)
                back.join()

    def _copy(self, source, target, record=None):
        with suppress(OSError):
            while piece := source.recv(65536):
                for old, new in self.changes.items():
                    piece = piece.replace(old, new)
                if record is not None:
                    record.append(piece)
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(SHUT_RDWR)


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own, with an officer."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        site.officer("Bu Camat", Role.ADMIN)
        yield site


@pytest.fixture
def line(site):
    """The line to it, a name of its own in each test."""
    line = Line(site)
    yield line
    line.close()


@pytest.fixture(scope="module")
def path(site):
    """An article with a comment, below the site's address."""
    return site.article("Musyawarah desa", "Setuju").removeprefix(site.url)


def until(page, condition, given=None):
    """Wait for what a function of the page promises: Playwright's own waiting takes a promise for a
    yes.
    """
    page.evaluate(
        f"""async (given) => {{
          const end = Date.now() + 5000;
          while (!await ({condition})(given)) {{
            if (Date.now() > end) throw new Error("in vain: " + given);
            await new Promise(requestAnimationFrame);
          }}
        }}""",
        given,
    )


def is_kept(page, path):
    """Wait until the browser has kept that."""
    until(page, IS_KEPT, path)


@pytest.fixture
def visited(open_page, line, path):
    """Open the article with a service worker, until the browser has kept it with its style."""

    def visited(**options):
        page = open_page(line.url + path, **ALLOWED, **options)
        for each in (path, *page.evaluate(FILES)):
            is_kept(page, each)
        return page

    return visited


def aged(page, path, milliseconds):
    """Make what was kept that much older."""
    page.evaluate(
        """async ([path, age]) => {
          const cache = await caches.open((await caches.keys())[0]);
          const old = await cache.match(path);
          const headers = new Headers(old.headers);
          headers.set("server-timing", "kept;dur=" + (Date.now() - age));
          await cache.put(path, new Response(await old.blob(), { headers }));
        }""",
        [path, milliseconds],
    )


class TestWithoutALine:
    def test_an_article_that_was_read_opens_after_its_first_visit_and_says_how_old_it_is(
        self, visited, path
    ):
        page = visited()
        expect(page.locator("#offline")).to_be_hidden()
        aged(page, path, 12 * 60_000)
        page.context.set_offline(True)
        page.reload()
        bar = page.locator("#offline[role=status]")
        expect(bar).to_have_text("Tanpa sambungan. Halaman ini disimpan 12 menit yang lalu.")
        expect(page.locator(".comment__body")).to_have_text("Setuju")
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
        page.context.set_offline(False)
        page.reload()
        expect(page.locator("#offline")).to_be_hidden()

    @pytest.mark.parametrize(
        ("minutes", "said"),
        [(0, "1 menit"), (59.5, "59 menit"), (61, "1 jam"), (47 * 60, "1 hari"), (4320, "3 hari")],
    )
    def test_the_age_is_in_the_unit_that_one_would_say(self, visited, line, path, minutes, said):
        page = visited()
        aged(page, path, minutes * 60_000)
        line.set("cut")
        page.reload()
        expect(page.locator("#offline")).to_have_text(
            f"Sambungan lambat atau terputus. Halaman ini disimpan {said} yang lalu."
        )

    def test_an_article_is_found_under_another_of_its_addresses(self, visited, line, path):
        page = visited()
        line.set("cut")
        page.goto(f"{line.url}{path}?fbclid=abc#comments")
        expect(page.locator("#offline")).to_contain_text("disimpan")

    def test_a_page_that_was_never_opened_says_so_in_plain_words(self, visited, line):
        page = visited()
        line.set("cut")
        answer = page.goto(f"{line.url}/2012/12/lain.html")
        assert answer.status == 503
        expect(page.locator("body")).to_contain_text("halaman ini belum pernah dibuka di sini")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        line.set("good")
        page.get_by_role("link", name="Coba lagi").click()
        expect(page.locator("h1")).to_have_text("Halaman tidak ditemukan")

    def test_a_picture_that_was_seen_is_there_again(self, site, open_page, line):
        address = site.written("Bergambar", site.picture(photograph()))
        page = open_page(line.url + address.removeprefix(site.url), **ALLOWED)
        image = page.locator(".picture picture img")
        is_kept(page, image.evaluate("(one) => one.currentSrc"))
        line.set("cut")
        page.reload()
        page.wait_for_function(
            "() => document.querySelector('.picture picture img').naturalWidth > 0"
        )

    @LOOKS
    def test_axe_finds_nothing_with_the_bar_and_it_fits(self, visited, axe, line, scheme, viewport):
        page = visited(color_scheme=scheme, viewport=viewport)
        line.set("cut")
        page.reload()
        expect(page.locator("#offline")).to_be_visible()
        assert axe(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


class TestOverAPoorLine:
    def test_after_three_seconds_a_kept_page_stands_in_for_the_network(self, visited, line):
        page = visited()
        line.set("stalled")
        page.reload()
        expect(page.locator("#offline")).to_contain_text("Sambungan lambat")
        took = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
        assert 2900 <= took <= 6000

    def test_what_was_never_read_and_a_comment_just_sent_are_waited_for(
        self, site, visited, line, path
    ):
        never_read = site.article("Belum dibaca").removeprefix(site.url)
        page = visited()
        tabs = [page, page.context.new_page()]
        line.set("stalled")
        for tab, place in zip(tabs, (never_read, f"{path}#comment-1"), strict=True):
            tab.goto("about:blank")
            tab.evaluate("(url) => { location.href = url; }", line.url + place)
        page.wait_for_timeout(3300)  # more than the limit
        line.set("good")
        for tab in tabs:
            expect(tab.locator(".article")).to_be_visible()
            expect(tab.locator("#offline")).to_be_hidden()

    def test_the_network_comes_first_and_what_it_brings_is_kept(self, site, visited, line, path):
        page = visited()
        page.fill("#body", "komentar sesudah itu")
        page.click("#comment-form button[type=submit]")
        expect(page.locator("#status")).to_contain_text("sudah terbit")
        page.reload()
        expect(page.locator("#offline")).to_be_hidden()
        until(
            page,
            "(path) => caches.match(path).then((one) => one.text()).then((text) => "
            "text.includes('komentar sesudah itu'))",
            path,
        )


class TestWhatIsKept:
    def test_pages_for_readers_are_kept_and_never_the_office_nor_what_is_one_readers_own(
        self, site, visited, line, path
    ):
        page = visited()
        for place in ("/", "/p/privasi.html"):
            page.goto(line.url + place)
            is_kept(page, place)
        for place in ("/robots.txt", "/2012/12/tidak-ada.html", "/comments/tidak-ada"):
            page.goto(line.url + place)
        page.goto(f"{line.url}/admin/")
        page.fill("#username", "Bu Camat")
        page.fill("#password", PASSWORD)
        page.click("#login-form button[type=submit]")
        page.wait_for_url(f"{line.url}/admin/")
        page.goto(f"{line.url}/admin/articles", wait_until="networkidle")
        page.goto(line.url + path, wait_until="networkidle")
        kept = [name for name in page.evaluate(KEPT) if not name.startswith("/pictures/")]
        names = {name.partition(".")[0] for name in kept}
        assert names == {
            "/",
            "/p/privasi",
            path.partition(".")[0],
            "/static/app",
            "/static/color_scheme",
            "/static/emoticons",
            "/static/htmx-4",
            "/static/site",
        }

    def test_the_first_visit_fetches_nothing_for_it_but_the_worker(
        self, site, open_page, line, path
    ):
        page = open_page("about:blank", **ALLOWED)
        page.goto(line.url + path)
        files = page.evaluate(FILES)
        for each in (path, *files):
            is_kept(page, each)
        asked = line.asked()
        assert [asked.count(place) for place in (path, "/sw.js")] == [1, 1]
        names = {file.removeprefix(line.url) for file in files}
        assert {place: asked.count(place) for place in names} == dict.fromkeys(names, 1)
        assert set(asked) - names - {path, "/sw.js", "/manifest.webmanifest"} == set()

    def test_it_is_bounded_and_the_oldest_goes_first_but_for_the_releases_own_files(
        self, site, visited, line, path
    ):
        page = visited()
        page.evaluate(
            """async () => {
              const cache = await caches.open((await caches.keys())[0]);
              for (let number = 0; number < 8; number += 1) {
                const headers = { "content-length": 1e6 };
                await cache.put(`/2012/12/${number}.html`, new Response("x".repeat(1e6), { headers }));
              }
            }"""
        )
        page.goto(f"{line.url}/")
        is_kept(page, "/")
        until(page, "() => caches.match('/2012/12/3.html').then((one) => !one)")
        kept = page.evaluate(KEPT)
        assert [f"/2012/12/{number}.html" in kept for number in (0, 7)] == [False, True]
        assert path not in kept
        assert any(name.startswith("/static/site.") for name in kept)
        assert sum(kept.values()) <= 5_100_000

    def test_a_full_or_forbidden_storage_breaks_nothing(self, visited, line, path):
        page = visited()
        page.context.new_cdp_session(page).send(
            "Storage.overrideQuotaForOrigin", {"origin": line.url, "quotaSize": 1}
        )
        page.goto(f"{line.url}/")
        expect(page.locator("h1")).to_have_text("Artikel terbaru")


class TestTheWorkerItself:
    def test_a_new_release_replaces_it_and_what_it_kept(self, site, visited, line, path):
        page = visited()
        (before,) = page.evaluate("caches.keys()")
        version = before.rpartition(" ")[2].encode()
        line.changes = {version: b"abcdef", b"If-None-Match": b"X-None--Match"}
        line.changes[b"Accept-Encoding"] = b"Except-Encoding"  # or it could not be changed here
        line.set("good")
        page.reload()
        until(page, "() => caches.keys().then(([name, more]) => name?.endsWith('abcdef') && !more)")
        for each in (path, *page.evaluate(FILES)):
            is_kept(page, each)

    def test_switched_off_it_takes_itself_and_its_pages_away(self, serve, site, visited, line):
        page = visited()
        with serve(OFFLINE="off") as other:
            line.port = int(other.url.rpartition(":")[2])
            page.goto(f"{line.url}/")
            until(page, "() => caches.keys().then((names) => !names.length)")
            until(page, NOBODY)
            page.reload(wait_until="networkidle")
            assert page.evaluate("navigator.serviceWorker.controller") is None
            assert page.evaluate("caches.keys()") == []

    def test_without_javascript_or_a_worker_the_page_is_as_ever(self, site, open_page, line, path):
        page = open_page(line.url + path, java_script_enabled=False, **ALLOWED)
        expect(page.locator("#offline")).to_be_hidden()
        page = open_page("about:blank", **ALLOWED)
        faults = []
        page.on("console", lambda message: faults.append(message.text))
        page.add_init_script("delete Navigator.prototype.serviceWorker")
        page.goto(line.url + path, wait_until="networkidle")
        assert faults == []
