"""What a browser loads for an article: real headless Chromium, every byte on the wire, headers
counted.
"""

from collections.abc import Iterator
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from .budget import Row, Unmeasured
from .photographs import COUNT
from .site import Server

CHROMIUM = "/usr/bin/chromium"
PHONE = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 2}
IS_SHOWN = "(image) => image.complete && image.naturalWidth > 0"


class Loaded(NamedTuple):
    """Something that came over the network, in so many bytes."""

    url: str
    status: int
    size: int


def measure(server: Server, path: str) -> Iterator[Row]:
    """The rows on a first and a second visit to the article at `path`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        first, second = _visits(browser, server.url + path)
        browser.close()
    scripts = [one.url for one in first if one.url.endswith(".js") and "htmx" not in one.url]
    scripts.append(f"{server.url}/sw.js")
    yield Row(
        "first visit, bytes on the wire with headers",
        sum(one.size for one in first) / 1000,
        40,
        " kB",
    )
    yield Row("first visit, requests", len(first), 6, note=", ".join(map(_spelled, first)))
    yield Row(
        "JavaScript but htmx, with the service worker, gzipped",
        sum(_size(server, url) for url in scripts) / 1000,
        6,
        " kB",
    )
    others = [one for one in second if (one.url, one.status) != (server.url + path, 304)]
    note = ", ".join(map(_spelled, second))
    yield Row("second visit, what is loaded but the page's 304", len(others), 0, note=note)


def measure_photographs(server: Server, path: str) -> Iterator[Row]:
    """The rows on an article with photographs, read to its end on a phone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(**PHONE, service_workers="block")
        loaded = _visit(context, server.url + path, to_the_end=True)
        browser.close()
    photographs = [one for one in loaded if "/pictures/" in one.url]
    if len(photographs) != COUNT:
        raise Unmeasured(f"Chromium loaded {len(photographs)} of {COUNT} photographs")
    before = sum(one.size for one in loaded if one not in photographs)
    yield Row(
        f"article with {COUNT} photographs, on a phone: all but them", before / 1000, 45, " kB"
    )
    everything, note = sum(one.size for one in loaded), ", ".join(map(_spelled, photographs))
    yield Row(
        f"article with {COUNT} photographs, on a phone: in all",
        everything / 1000,
        250,
        " kB",
        note=note,
    )


def measure_front(server: Server) -> Iterator[Row]:
    """The row on a phone's first visit to the front page with its pictures, the icon included."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        _visit(browser.new_context(**PHONE), f"{server.url}/")  # small files are made once
        loaded = _visit(browser.new_context(**PHONE), f"{server.url}/")
        browser.close()
    pictures = sum(one.size for one in loaded if "/pictures/" in one.url)
    what = "front page with a picture in each article, on a phone: first visit"
    note = f"its pictures {pictures / 1000:.1f} kB; {len(loaded)} requests"
    yield Row(what, sum(one.size for one in loaded) / 1000, 45, " kB", note=note)


def _visits(browser: Browser, url):
    # the worker comes when the page is idle, and what it loads would not show as the page's
    context = browser.new_context(service_workers="block")
    visits = _visit(context, url), _visit(context, url)
    if not all(any(one.url == url for one in visit) for visit in visits):
        raise Unmeasured(f"Chromium did not load {url}")
    return visits


def _visit(context: BrowserContext, url, to_the_end=False):
    page = context.new_page()
    session = context.new_cdp_session(page)
    urls, statuses, sizes = {}, {}, {}
    session.on(
        "Network.requestWillBeSent",
        lambda event: urls.setdefault(event["requestId"], event["request"]["url"]),
    )
    # Tells the 304 that responseReceived hides; does not come for what the cache gives.
    session.on(
        "Network.responseReceivedExtraInfo",
        lambda event: statuses.update({event["requestId"]: event["statusCode"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}),
    )
    session.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    if to_the_end:
        for image in page.locator("img[loading=lazy]").all():
            image.scroll_into_view_if_needed()
            page.wait_for_function(IS_SHOWN, arg=image.element_handle())
        page.wait_for_load_state("networkidle")
    page.close()
    return [Loaded(urls[key], statuses.get(key, 0), size) for key, size in sizes.items() if size]


def _size(server, url):
    headers, body = server.get(url.removeprefix(server.url), Accept_Encoding="gzip")
    if headers.get("Content-Encoding") != "gzip":
        raise Unmeasured(f"{url} is not compressed")
    return len(body)


def _spelled(loaded):
    return f"{loaded.url.rpartition('/')[2].partition('.')[0]} {loaded.size}"
