"""The office's pictures in an article's HTML: the right files for each screen, and nothing that a
source could smuggle in.
"""

from html import escape
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from pnpm.markup import figures
from pnpm.markup.sanitizer import article_html, illustrated, prose

KEY, OTHER = "0123456789abcdef" * 2, "f" * 32
PREVIEW = "UklGRhIAAABXRUJQ"


def known(key=KEY, **facts):
    """What is known of one picture, by its key."""
    return {
        key: SimpleNamespace(
            **{"key": key, "alt": "", "width": 1600, "height": 1200, "preview": PREVIEW} | facts
        )
    }


def image(src=f"pictures/{KEY}/800.jpg", **more):
    values = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<img src="{src}"{values}>'


def parsed(html):
    return BeautifulSoup(html, "html.parser")


def test_a_phone_gets_small_files_and_a_desk_all_sizes():
    page = parsed(article_html(image(), known()))
    phone, desk = page.select("picture source")
    assert phone["srcset"] == f"pictures/{KEY}/400.webp 400w, pictures/{KEY}/800.webp 800w"
    assert (phone["media"], phone["type"], phone["sizes"]) == (
        figures.PHONE,
        "image/webp",
        figures.ON_PHONE,
    )
    assert desk["srcset"].split()[::2] == [
        f"pictures/{KEY}/{width}.webp" for width in (400, 800, 1600)
    ]
    fallback = page.select_one("picture img")
    assert (fallback["src"], fallback["width"], fallback["height"]) == (
        f"pictures/{KEY}/800.jpg",
        "1600",
        "1200",
    )
    assert all(part.endswith(".jpg") for part in fallback["srcset"].split()[::2])


@pytest.mark.parametrize(
    ("width", "widths", "phone"),
    [
        (1200, [400, 800, 1200], [400, 800]),
        (800, [400, 800], [400, 800]),
        (401, [400, 401], [400, 401]),
        (400, [400], [400]),
        (1, [1], [1]),
    ],
)
def test_a_small_picture_is_offered_in_the_sizes_that_it_has(width, widths, phone):
    page = parsed(article_html(image(), known(width=width, height=7)))
    offered = [
        [int(part.partition("w")[0]) for part in source["srcset"].replace(",", "").split()[1::2]]
        for source in page.select("source")
    ]
    assert offered == [phone, widths]
    assert figures.widths_of(width) == widths
    assert int(page.select_one("picture img")["src"].split("/")[-1].removesuffix(".jpg")) == max(
        phone
    )


def test_the_preview_stands_beneath_and_says_nothing():
    page = parsed(article_html(image(), known()))
    preview = page.select_one("span.picture > img.picture__preview")
    assert (preview["src"], preview["alt"], preview["width"]) == (
        f"data:image/webp;base64,{PREVIEW}",
        "",
        "1600",
    )
    assert not parsed(article_html(image(), known(preview=""))).select(".picture__preview")


@pytest.mark.parametrize(
    ("given", "kept", "alt"),
    [
        ("", "", ""),
        ("", "Rapat desa", "Rapat desa"),
        ("Di sini", "Rapat desa", "Di sini"),
        ("&quot;x&quot; &lt;b&gt; &amp;amp;", "", '"x" <b> &amp;'),
        ("", "\"><script>alert(1)</script>'", "\"><script>alert(1)</script>'"),
    ],
)
def test_the_words_of_the_place_go_before_those_of_the_picture(given, kept, alt):
    html = article_html(image(alt=given), known(alt=kept))
    assert parsed(html).select_one("picture img")["alt"] == alt
    assert not parsed(html).select("script")
    assert figures.first(html).alt == alt


def test_decoration_says_nothing_whatever_the_picture_has():
    html = article_html(image(alt="", role="presentation"), known(alt="Rapat desa"))
    shown = parsed(html).select_one("picture img")
    assert (shown["alt"], shown.get("role")) == ("", None)


def test_what_is_below_the_first_screen_is_loaded_when_it_is_near():
    text = "<p>" + "kata " * 200 + "</p>"
    lazy = [
        img.get("loading")
        for img in parsed(article_html(image() + image() + text + image(), known())).select(
            "picture img"
        )
    ]
    assert lazy == [None, "lazy", "lazy"]
    assert (
        parsed(article_html(text + image(), known())).select_one("picture img")["loading"] == "lazy"
    )


@pytest.mark.parametrize("root", ["", "/blog"])
@pytest.mark.parametrize("alt", ["", "a > b \" '>", 'kata: loading="lazy"'])
def test_the_first_picture_of_a_page_is_asked_for_first_where_it_is_on_the_first_screen(root, alt):
    text = "<p>" + "kata " * 200 + "</p>"
    said = escape(alt)
    pictures = parsed(
        illustrated(article_html(image(alt=said) + image() + text + image(), known()), root)
    ).select("picture img")
    assert [img.get("fetchpriority") for img in pictures] == ["high", None, None]
    assert pictures[0]["alt"] == alt
    assert "loading" not in pictures[0].attrs
    assert not parsed(illustrated(article_html(text + image(), known()), root)).select(
        "[fetchpriority]"
    )
    assert illustrated("<p>Tanpa gambar</p>", root) == "<p>Tanpa gambar</p>"


@pytest.mark.parametrize(
    "src",
    [
        f"pictures/{KEY}/800.jpg",
        f"/pictures/{KEY}/800.jpg",
        f"/blog/pictures/{KEY}/1600.webp",
        f"pictures/{KEY}/..%2f..%2fsite.db",
    ],
)
def test_whatever_names_a_known_picture_becomes_its_own_files(src):
    html = article_html(
        image(
            src,
            onerror="alert(1)",
            srcset="https://example.com/x.jpg",
            style="x",
            width="1",
            height="1",
        ),
        known(),
    )
    assert html == article_html(image(), known())


@pytest.mark.parametrize(
    "src",
    [
        f"https://example.com/pictures/{KEY}/800.jpg",
        f"//example.com/pictures/{KEY}/800.jpg",
        f"http://localhost/pictures/{KEY}/800.jpg",
        f"data:image/png,pictures/{KEY}/",
        f"javascript:pictures/{KEY}/",
        f"pictures/{OTHER}/800.jpg",
        "https://1.bp.blogspot.com/foto.jpg",
        f"/pictures/{KEY}/&quot; onerror=&quot;alert(1)",
        f"/\\example.com/pictures/{KEY}/800.jpg",
    ],
)
def test_of_a_strangers_or_an_unknown_picture_the_words_stay(src):
    figure = f"<figure>{image(src, alt='Foto &lt;b&gt;')}<figcaption>Rapat</figcaption></figure>"
    assert (
        article_html(figure, known())
        == "<figure>Foto &lt;b&gt;<figcaption>Rapat</figcaption></figure>"
    )
    assert article_html(image(src), known()) == ""


@pytest.mark.parametrize(
    "src",
    [
        f"pictures/{KEY.upper()}/800.jpg",
        f"pictures/{KEY[:-1]}/8.jpg",
        f"xpictures/{KEY}/8.jpg",
        "a.jpg",
    ],
)
def test_what_is_no_pictures_address_is_left_as_it_is(src):
    html = article_html(image(src, alt="x"), known())
    assert html == f'<img src="{src}" alt="x">'
    assert figures.first(html) is None


def test_rendered_again_from_what_was_rendered_it_is_the_same():
    source = (
        f"<p>Isi</p><figure>{image(alt='Rapat')}<figcaption>Di kantor "
        "<b>camat</b></figcaption></figure>"
    )
    once = article_html(source, known())
    assert article_html(source, known()) == once
    assert article_html(once, known()) == once
    assert article_html(str(illustrated(once, "/blog")), known()) == once


def test_a_link_to_a_picture_leads_there_under_a_path_too():
    link = f'<a href="/pictures/{KEY}/960.jpg" title="a">besar</a>'
    kept = article_html(f"<p>{link}{link}</p><p>href=&quot;/pictures/</p>")
    assert str(illustrated(kept, "")) == kept
    under = str(illustrated(kept, "/blog"))
    assert under.count(f'href="/blog/pictures/{KEY}/960.jpg"') == 2
    assert 'href="/pictures/' not in under.replace("&quot;", "")


def test_a_source_cannot_write_our_markup_itself():
    forged = (
        '<span class="picture" onclick="x"><img class="picture__preview" '
        'src="data:image/svg+xml,%3Csvg%20onload=x%3E" alt="x">'
        '<picture><source type="image/webp" srcset="https://example.com/a.webp">'
        f'<img src="https://example.com/pictures/{KEY}/1.jpg" alt="y"></picture></span>'
    )
    assert article_html(forged, known()) == "xy"


@pytest.mark.parametrize("root", ["", "/blog", "/a/b", '/"><script>', "/\\1"])
def test_where_the_site_lies_is_put_before_every_file_and_before_nothing_else(root):
    source = (
        f"<p>pictures/{KEY}/800.jpg "
        f'"pictures/{KEY}/800.jpg</p>{image(alt=f"a pictures/{KEY}/400.webp")}'
    )
    page = parsed(illustrated(article_html(source, known()), root))
    assert page.p.text == f'pictures/{KEY}/800.jpg "pictures/{KEY}/800.jpg'
    assert page.select_one("picture img")["alt"] == f"a pictures/{KEY}/400.webp"
    files = [
        part for tag in page.select("source, picture img") for part in tag["srcset"].split()[::2]
    ]
    files.append(page.select_one("picture img")["src"])
    assert all(file.startswith(f"{root}/pictures/{KEY}/") for file in files)
    assert len(files) == 9
    assert not page.select("script")


def test_the_card_is_the_first_picture_in_the_size_of_its_file():
    html = article_html(
        f"<p>Isi</p>{image(alt='Rapat')}{image(f'pictures/{OTHER}/1.jpg')}", known() | known(OTHER)
    )
    assert figures.first(html) == figures.Seen(f"pictures/{KEY}/800.jpg", KEY, 800, 600, "Rapat")
    assert figures.first(html).file == f"pictures/{KEY}/800.jpg"
    assert figures.first(article_html(image(), known(width=90, height=60)))[2:4] == (90, 60)


def test_a_picture_is_no_part_of_the_prose():
    figure = f'<figure lang="id">{image(alt="Rapat")}<figcaption>Kantor camat</figcaption></figure>'
    assert (
        prose(article_html(f"<p>Satu</p>{figure}<p>dua {image(alt='Foto')} tiga</p>", known()))
        == "Satu dua tiga"
    )


def test_every_key_of_a_source_is_found():
    assert figures.keys_in(f"{image()} /blog/pictures/{OTHER}/1600.webp pictures/xyz/1.jpg") == {
        KEY,
        OTHER,
    }
