"""From what was sent to what readers get: upright, reduced, in its budget, without a place,
whatever it was.
"""

import base64
import io
import os
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from pnpm.media.decoding import (
    FIXED,
    LARGEST,
    MOST_MEMORY,
    MOST_PIXELS,
    WEBP_BYTES,
    _reduced,
    exposed,
)
from pnpm.media.formats import Kind, Refused
from pnpm.media.processing import BUDGETS, develop
from tests import photographs
from tests.conftest import TOP
from tests.photographs import encoded, noise, opened, photograph, scene

# Run by itself, so that nothing else has taken memory before it: how many MB a file takes at the
# most; of several, how many all up to this one.
PEAK = """
import resource, sys
from PIL import Image
from pnpm.media import formats, processing
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    try:
        processing.develop(open(path, "rb").read())
    except formats.Refused as refused:
        kind = refused.kind.value
    else:
        kind = "taken"
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, kind)
"""


def kind_of(content):
    """Why a file is refused."""
    with pytest.raises(Refused) as refused:
        develop(content)
    return refused.value.kind


def smooth(width, height):
    """A picture that is encoded in a moment, for what only its size decides."""
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


def near(pixel, colour):
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=False))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright_however_the_telephone_was_held(orientation):
    upright = Image.new("RGB", (800, 600), "white")
    upright.paste("red", (0, 0, 400, 300))
    lying = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the sensor saw it
    seen = upright.transpose(lying[orientation]) if orientation in lying else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    developed = develop(encoded(seen, "JPEG", exif=exif))
    assert (developed.width, developed.height) == (800, 600)
    for content in developed.files.values():
        image = opened(content)
        assert near(image.getpixel((10, 10)), (255, 0, 0))
        assert near(image.getpixel((image.width - 10, image.height - 10)), (255, 255, 255))


def test_no_place_no_maker_and_no_comment_is_left():
    sent = photograph(2000, 1500, orientation=6)
    assert photographs.MAKER.encode() in sent
    developed = develop(sent)
    assert (developed.width, developed.height) == (1200, 1600)
    for content in [*developed.files.values(), base64.b64decode(developed.preview)]:
        assert not any(
            word in content
            for word in (b"Exif", b"EXIF", photographs.MAKER.encode(), b"rahasia", b"ICCP", b"XMP ")
        )
        assert not opened(content).getexif()


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((4000, 3000), [400, 800, 1600]),
        ((3000, 4000), [400, 800, 1200]),
        ((1600, 900), [400, 800, 1600]),
        ((800, 600), [400, 800]),
        ((500, 5000), [160]),
        ((399, 10), [399]),
        ((1, 1), [1]),
        ((1, 30000), [1]),
        ((30000, 1), [400, 800, 1600]),
    ],
)
def test_it_is_reduced_to_what_a_page_shows_and_never_enlarged(size, widths):
    developed = develop(encoded(smooth(*size), "PNG", compress_level=1))
    assert list(developed.files) == [
        f"{width}.{ending}" for width in widths for ending in ("webp", "jpg")
    ]
    assert developed.width == widths[-1]
    for name, content in developed.files.items():
        image = opened(content)
        assert f"{image.width}.{'jpg' if image.format == 'JPEG' else image.format.lower()}" == name
        assert max(image.size) <= 1600


@pytest.mark.system
@pytest.mark.parametrize(
    ("picture", "size"),
    [
        (photograph, (4000, 3000)),
        (photograph, (3000, 4000)),
        (noise, (1600, 1200)),
        (noise, (1200, 1600)),
        (noise, (700, 1600)),
        (noise, (390, 1600)),
    ],
    ids=["wide", "high", "noise", "high noise", "narrow noise", "a strip of noise"],
)
def test_whatever_it_shows_six_of_them_cost_a_phone_no_more_than_its_budget(picture, size):
    for name, file in develop(picture(*size)).files.items():
        width = int(name.partition(".")[0])
        assert len(file) <= next(BUDGETS[most] for most in BUDGETS if width <= most), name
    assert 6 * BUDGETS[800] + 45_000 < 250_000


def test_what_is_easy_keeps_its_quality():
    image = Image.linear_gradient("L").resize((1600, 1200)).convert("RGB")
    kept = opened(develop(encoded(image, "PNG")).files["800.webp"]).convert("L")
    difference = Image.new("L", kept.size)
    difference.putdata(
        [
            abs(a - b)
            for a, b in zip(
                kept.tobytes(), image.resize(kept.size).convert("L").tobytes(), strict=True
            )
        ]
    )
    assert difference.getextrema()[1] < 12


def test_the_preview_is_small_and_24_pixels_wide():
    developed = develop(photograph(1600, 1200))
    assert opened(base64.b64decode(developed.preview)).size == (24, 18)
    assert len(developed.preview) < 400


@pytest.mark.parametrize(
    ("width", "height", "preview"),
    [(10, 10, (10, 10)), (8, 80, (8, 80)), (23, 12, (23, 12)), (48, 96, (24, 48))],
)
def test_the_preview_has_the_proportions_of_its_picture(width, height, preview):
    developed = develop(encoded(Image.new("RGB", (width, height), "red"), "PNG"))
    assert opened(base64.b64decode(developed.preview)).size == preview


def gradient():
    return Image.linear_gradient("L").resize((64, 48))


@pytest.mark.parametrize(
    "content",
    [
        encoded(gradient(), "PNG"),
        encoded(gradient().convert("I").point(lambda value: value * 257).convert("I;16"), "PNG"),
        encoded(gradient().convert("RGB").quantize(64), "PNG"),
        encoded(gradient(), "JPEG"),
        encoded(gradient().convert("RGB").convert("CMYK"), "JPEG", quality=95),
        encoded(gradient(), "GIF"),
        encoded(gradient().convert("RGBA"), "PNG"),
        encoded(gradient().convert("RGB"), "WEBP", quality=95),
        encoded(gradient(), "GIF", save_all=True, append_images=[gradient().rotate(180)]),
        encoded(
            gradient().convert("RGB"),
            "WEBP",
            save_all=True,
            append_images=[gradient().rotate(180).convert("RGB")],
        ),
        encoded(gradient().convert("RGB"), "JPEG", icc_profile=b"no profile at all"),
        encoded(
            gradient().convert("RGB"),
            "JPEG",
            icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        ),
        encoded(gradient().convert("RGB"), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xff"),
    ],
    ids=[
        "grey",
        "16 bits",
        "palette",
        "grey jpeg",
        "cmyk",
        "gif",
        "opaque",
        "webp",
        "moving gif",
        "moving webp",
        "broken profile",
        "profile",
        "broken exif",
    ],
)
def test_every_way_to_keep_colours_shows_the_same(content):
    image = exposed(content)
    assert (image.mode, image.info) == ("RGB", {})
    assert near(image.getpixel((32, 1)), (0, 0, 0))
    assert near(image.getpixel((32, 24)), (128, 128, 128))
    assert near(image.getpixel((32, 46)), (250, 250, 250))


def test_a_profile_is_taken_into_account_and_dropped():
    lab = (
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        .tobytes()
        .replace(b"rXYZ", b"tXYZ")
        .replace(b"bXYZ", b"rXYZ")
    )
    swapped = lab.replace(b"tXYZ", b"bXYZ")  # a profile whose red is blue
    image = exposed(encoded(Image.new("RGB", (20, 20), "red"), "PNG", icc_profile=swapped))
    assert near(image.getpixel((5, 5)), (0, 0, 255))


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_one_can_look_through_it_as_before_and_a_jpeg_of_it_is_white_there(form):
    image = Image.new("RGBA", (500, 400), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 250, 400))
    developed = develop(encoded(image, form))
    assert developed.preview == ""
    assert opened(developed.files["400.webp"]).convert("RGBA").getpixel((390, 100))[3] == 0
    assert near(opened(developed.files["400.jpg"]).getpixel((390, 100)), (255, 255, 255))
    assert near(opened(developed.files["400.jpg"]).getpixel((10, 100)), (255, 0, 0))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", Kind.EMPTY),
        (photographs.SVG, Kind.SVG),
        (b"\xef\xbb\xbf<svg viewBox='0 0 1 1'/>", Kind.SVG),
        (photographs.HTML, Kind.OTHER),
        (photographs.HEIC, Kind.HEIC),
        (b"\0\0\0\x1cftypavif" + bytes(90), Kind.OTHER),
        (photographs.VIDEO, Kind.VIDEO),
        (photographs.PDF, Kind.PDF),
        (photographs.archive(), Kind.ARCHIVE),
        (b"MZ\x90\0", Kind.OTHER),
        (b"BM" + bytes(100), Kind.OTHER),
        (b"\xff\xd8\xff", Kind.BROKEN),
        (b"\x89PNG\r\n\x1a\n", Kind.BROKEN),
        (b"GIF89a", Kind.BROKEN),
        (b"RIFF\0\0\0\0WEBP", Kind.BROKEN),
        (photographs.broken_polyglot(), Kind.BROKEN),
        (bytes(LARGEST + 1), Kind.LARGE),
        (photographs.bomb(), Kind.PIXELS),
        (photographs.bomb(6400, 6400), Kind.PIXELS),
        (photographs.bomb(2**31 - 1, 2**31 - 1), Kind.PIXELS),
        (photographs.bomb(0, 0), Kind.BROKEN),
        (photographs.webp_bomb(), Kind.PIXELS),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_what_is_no_picture_of_ours_is_refused_by_what_it_is(content, kind):
    assert kind_of(content) is kind


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.98])
def test_half_a_picture_is_none(form, part):
    whole = encoded(scene(400, 300).quantize(64) if form == "GIF" else scene(400, 300), form)
    assert kind_of(whole[: int(len(whole) * part)]) is Kind.BROKEN


def test_every_byte_of_a_picture_may_be_wrong_and_the_answer_is_a_picture_or_a_refusal():
    for form in ("JPEG", "PNG", "GIF", "WEBP"):
        whole = encoded(scene(48, 32).quantize(16) if form == "GIF" else scene(48, 32), form)
        for place in range(0, len(whole), max(1, len(whole) // 60)):
            wrong = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
            try:
                develop(wrong)
            except Refused:
                continue


def test_a_picture_that_is_also_a_script_is_kept_as_pixels_alone():
    sent = photographs.polyglot()
    assert photographs.SCRIPT in sent
    for content in develop(sent).files.values():
        assert b"alert" not in content and b"GIF" not in content


def peaks(folder, *contents):
    """How much memory these files take, one after another, in MB; and why each is refused, if it
    is.
    """
    paths = [folder / str(number) for number, _content in enumerate(contents)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    command = [sys.executable, "-c", PEAK, *paths]
    # A shell of its own: a child of a large process begins with that process's peak.
    ran = subprocess.run(
        ["sh", "-c", '"$@"; exit $?', "-", *command],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split() for line in ran.stdout.splitlines()]
    return [(int(megabytes), kind) for megabytes, kind in lines]


def field(mode, pixels):
    """A picture of that mode and of so many pixels, which any encoder makes small."""
    side = int(pixels**0.5)
    if mode == "I;16":
        return Image.frombytes(mode, (side, side), bytes(range(64)) * (side * side // 32 + 1))
    image = Image.linear_gradient("L").resize((64, side)).resize((side, side))
    if mode in ("LA", "RGBA"):
        return Image.merge(mode, [image] * len(mode))
    if mode == "P":
        image = Image.frombytes(mode, image.size, image.tobytes())
        image.putpalette([level for level in range(256) for _channel in range(3)])
    return image.convert(mode)


def png(depth, colour, pixels, interlaced=0):
    """A PNG as Pillow writes none: of 16 bits a colour, or interlaced; grey, as zeros are."""
    side, channels = int(pixels**0.5), {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    packer, packed = zlib.compressobj(1), b""
    for width, rows in adam7(side) if interlaced else [(side, side)]:
        row = bytes(1 + (width * channels * depth + 7) // 8)
        packed += b"".join(packer.compress(row) for _row in range(rows))
    return photographs.png(side, side, packed + packer.flush(), depth, colour, interlaced)


def adam7(side):
    """Width and rows of each of the seven passes (PNG, 8.2)."""
    steps = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    return [(-(-(side - x) // across), -(-(side - y) // down)) for x, y, across, down in steps]


ROOM = MOST_MEMORY - FIXED
WHOLE = {bytes_: min(MOST_PIXELS, ROOM // bytes_ * 98 // 100) for bytes_ in (1, 2, 4, WEBP_BYTES)}


def multi_scan(pixels):
    """A progressive JPEG with full colours: what libjpeg keeps of it is six bytes a pixel, beside
    the pixels.
    """
    return encoded(field("RGB", pixels), "JPEG", quality=50, progressive=True, subsampling=0)


LARGEST_TAKEN = {
    "png 1": lambda: encoded(field("1", WHOLE[1]), "PNG", compress_level=1),
    "png L": lambda: encoded(field("L", WHOLE[1]), "PNG", compress_level=1),
    "png P": lambda: encoded(field("P", WHOLE[1]), "PNG", compress_level=1),
    "png P transparent": lambda: encoded(
        field("P", WHOLE[1]), "PNG", compress_level=1, transparency=bytes(range(0, 256, 2))
    ),
    "png LA": lambda: encoded(field("LA", WHOLE[4]), "PNG", compress_level=1),
    "png RGB": lambda: encoded(field("RGB", WHOLE[4]), "PNG", compress_level=1),
    "png RGB with a transparent colour": lambda: encoded(
        field("RGB", WHOLE[4]), "PNG", compress_level=1, transparency=(9, 9, 9)
    ),
    "png RGBA": lambda: encoded(field("RGBA", WHOLE[4]), "PNG", compress_level=1),
    "png 16 bits of grey": lambda: png(16, 0, WHOLE[2]),
    "png 16 bits of RGB": lambda: png(16, 2, WHOLE[4]),
    "png 16 bits of LA": lambda: png(16, 4, WHOLE[4]),
    "png 16 bits of RGBA": lambda: png(16, 6, WHOLE[4]),
    "png interlaced": lambda: png(8, 6, WHOLE[4], interlaced=1),
    "png moving": lambda: encoded(
        field("RGBA", WHOLE[4] // 3),
        "PNG",
        save_all=True,
        append_images=[field("RGBA", 9)],
        disposal=2,
        compress_level=1,
    ),
    "jpeg L": lambda: encoded(field("L", MOST_PIXELS), "JPEG", quality=50),
    "jpeg RGB": lambda: encoded(field("RGB", MOST_PIXELS), "JPEG", quality=50),
    "jpeg RGB not reduced": lambda: encoded(field("RGB", 5439**2), "JPEG", quality=50),
    "jpeg CMYK": lambda: encoded(field("CMYK", MOST_PIXELS), "JPEG", quality=50),
    "jpeg progressive": lambda: multi_scan(ROOM // 7.2),
    "gif": lambda: encoded(field("P", WHOLE[1]), "GIF"),
    "gif transparent": lambda: encoded(field("P", WHOLE[1]), "GIF", transparency=3),
    "gif moving": lambda: encoded(
        field("P", WHOLE[4]), "GIF", save_all=True, append_images=[field("P", WHOLE[4]).rotate(180)]
    ),
    "webp": lambda: encoded(field("RGB", WHOLE[WEBP_BYTES]), "WEBP", quality=50, method=0),
    "webp transparent": lambda: encoded(
        field("RGBA", WHOLE[WEBP_BYTES]), "WEBP", quality=50, method=0
    ),
    "webp lossless": lambda: encoded(
        field("RGBA", WHOLE[WEBP_BYTES]), "WEBP", lossless=True, quality=0, method=0
    ),
    "noise": lambda: encoded(
        Image.frombytes("RGBA", (1500, 1500), os.urandom(9_000_000)), "PNG", compress_level=1
    ),
}


@pytest.mark.system
@pytest.mark.parametrize("name", LARGEST_TAKEN)
def test_the_largest_of_each_format_and_mode_takes_no_more_memory_than_is_promised(name, tmp_path):
    [(megabytes, kind)] = peaks(tmp_path, LARGEST_TAKEN[name]())
    assert kind == "taken"
    assert megabytes * 1024 * 1024 <= MOST_MEMORY


def test_what_would_take_more_is_refused_by_its_header(tmp_path):
    progressive = Image.new("RGB", (6300, 6300))
    found = peaks(
        tmp_path,
        photographs.png(6300, 6300, b"", 16, 6),
        photographs.png(6300, 6300, b"", 8, 6),
        photographs.webp_bomb(3000, 3000),
        encoded(progressive, "JPEG", progressive=True, subsampling=0, quality=9),
        photographs.bomb(),
        photographs.webp_bomb(),
    )
    assert [kind for _megabytes, kind in found] == ["memory"] * 4 + ["pixels"] * 2
    assert [megabytes for megabytes, _kind in found if megabytes >= 20] == []


@pytest.mark.parametrize("size", [(5000, 3000), (3210, 4999), (1601, 1601), (1, 30000), (4800, 7)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_reduced_in_strips_it_is_the_same_as_in_one_go(size, mode):
    image = scene(*size).convert(mode)
    at_once = image.convert("RGB")
    strips = _reduced(image)
    at_once = at_once.resize(strips.size, Image.Resampling.LANCZOS)
    assert max(ImageStat.Stat(ImageChops.difference(strips, at_once)).mean) < 2


def test_fifty_megapixels_are_refused_by_their_header():
    sent = io.BytesIO()
    Image.new("RGB", (8165, 6124)).save(sent, "JPEG")
    assert kind_of(sent.getvalue()) is Kind.PIXELS
