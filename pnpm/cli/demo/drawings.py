"""The pictures of the demonstration, drawn here in flat colours: a village among rice fields, its
bridge, its meeting hall, and a group of women with their books.
"""

import io
from collections.abc import Callable, Iterable
from math import sin

WIDTH, HEIGHT = 1600, 1200
FINE = 2  # drawn so many times as large, then reduced: slanted edges have no steps
STEP = 20  # pixels between the points of a wave

SKY, HAZE, CLOUD = "#dcebe8", "#f3ead2", "#f7f6ee"
FAR, MIDDLE, NEAR = "#a9c4b4", "#84a98c", "#5f8f68"
FIELDS = "#a9bf62", "#8fb05a", "#749d4f", "#5b8a46", "#44753d", "#2c6136"
DIKE, WATER, RIPPLE = "#e0d19a", "#8fb9bf", "#b5d3d4"
EARTH, SAND, TRUNK = "#b98a5a", "#dcc397", "#7a5a3c"
WOOD, BOARDS, SHADE = "#8a5a36", "#c99a66", "#4f3826"
ROOF, RED, AMBER, PAPER, INK = "#9c3b2b", "#b3261e", "#e9b44c", "#fbfaf5", "#1c1917"
SKIN = "#a9714b", "#8f5c3a", "#b98056"
CLOTHES = "#b3261e", "#2f5d73", "#e9b44c", "#2c6136", "#7b4b73", "#d9824a", "#4d7d8c"

Points = Iterable[tuple[float, float]]


class Drawing:
    """A picture in the making: areas, circles and strokes, later ones above earlier ones. Places
    are in pixels of a picture of WIDTH by HEIGHT.
    """

    def __init__(self, ground: str) -> None:
        from PIL import Image, ImageDraw  # only who makes the demonstration draws

        self._image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def area(self, points: Points, colour: str) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=colour)

    def box(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self.area(
            [(left, top), (left + width, top), (left + width, top + height), (left, top + height)],
            colour,
        )

    def oval(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        """Fill an ellipse around a place, with these radii."""
        edges = x - wide, y - high, x + wide, y + high
        self._draw.ellipse([edge * FINE for edge in edges], fill=colour)

    def stroke(self, points: Points, width: float, colour: str) -> None:
        """Draw a line through these places."""
        self._draw.line(
            [(x * FINE, y * FINE) for x, y in points],
            fill=colour,
            width=round(width * FINE),
            joint="curve",
        )

    def wave(self, top: float, height: float, length: float, start: float, colour: str) -> None:
        """Fill everything below a wave, which is `height` above and below `top`."""
        self.area([*_wave(top, height, length, start), (WIDTH, HEIGHT), (0, HEIGHT)], colour)

    def encoded(self) -> bytes:
        """Return the picture as a PNG file."""
        kept = io.BytesIO()
        self._image.reduce(FINE).save(kept, "PNG")
        return kept.getvalue()


def drawn(name: str) -> bytes:
    """Return the picture of that name in SCENES as a PNG file: the same pixels each time."""
    return SCENES[name]().encoded()


def _wave(top, height, length, start):
    return [
        (x, top + height * sin(start + x / length) + height / 3 * sin(start * 2 + x / length * 2.3))
        for x in range(0, WIDTH + STEP, STEP)
    ]


def _landscape(horizon):
    """A sky with hills, down to the horizon."""
    drawing = Drawing(SKY)
    drawing.box(0, horizon * 0.55, WIDTH, HEIGHT, HAZE)
    drawing.oval(1210, horizon * 0.5, 88, 88, AMBER)
    for x, y, size in ((260, 150, 1), (620, 90, 0.7), (1420, 120, 0.8)):
        drawing.oval(x, y, 120 * size, 26 * size, CLOUD)
        drawing.oval(x + 60 * size, y - 22 * size, 70 * size, 30 * size, CLOUD)
    drawing.wave(horizon - 130, 70, 210, 0.4, FAR)
    drawing.wave(horizon - 60, 46, 150, 2.1, MIDDLE)
    drawing.wave(horizon - 14, 20, 110, 4.4, NEAR)
    return drawing


def _rice_fields():
    drawing = _landscape(470)
    for number, colour in enumerate(FIELDS):
        top = 480 + 22 * number + 17 * number * number
        height, length, start = 14 + 5 * number, 230 + 26 * number, 1.1 * number
        drawing.wave(top, height, length, start, colour)
        drawing.stroke(_wave(top, height, length, start), 5 + 2 * number, DIKE)
        if number in (2, 4):
            _flooded(drawing, top + 46 + 18 * number, 16 + 7 * number)
        else:
            _seedlings(drawing, top + 30 + 8 * number, height, length, start, number)
    _house(drawing, 250, 350, 1)
    _house(drawing, 560, 388, 0.7)
    for x, y, size in ((150, 500, 1), (505, 500, 0.8), (770, 500, 0.75), (1330, 520, 1.15)):
        _palm(drawing, x, y, size)
    for x, y, clothes in ((960, 742, 0), (1060, 750, 2), (1150, 744, 1)):
        _planter(drawing, x, y, CLOTHES[clothes])
    return drawing


def _flooded(drawing, top, height):
    """A field under water, with the sky in it."""
    drawing.oval(520, top + height, 430, height, WATER)
    drawing.oval(470, top + height * 0.8, 250, height * 0.3, RIPPLE)


def _seedlings(drawing, top, height, length, start, number):
    """Three rows of young rice along the edge of a field."""
    colour, size = FIELDS[min(number + 2, len(FIELDS) - 1)], 7 + 3 * number
    if number >= 4:
        colour = FIELDS[number - 3]
    for row in range(3):
        line = _wave(top + row * (16 + 9 * number), height, length, start)
        for x, y in line[row % 2 :: 2 + number // 2]:
            for lean in (-0.5, 0, 0.5):
                drawing.stroke([(x, y), (x + lean * size, y - size)], 2 + number * 0.5, colour)


def _planter(drawing, x, y, colour):
    """Somebody bent over the field, in a wide hat."""
    drawing.stroke([(x, y + 48), (x + 4, y + 6)], 13, SHADE)
    drawing.stroke([(x + 18, y + 48), (x + 12, y + 6)], 13, SHADE)
    drawing.stroke([(x + 8, y + 4), (x - 34, y - 18)], 27, colour)
    drawing.stroke([(x - 30, y - 12), (x - 36, y + 30)], 9, SKIN[0])
    drawing.oval(x - 46, y - 24, 15, 15, SKIN[0])
    drawing.area([(x - 82, y - 18), (x - 50, y - 52), (x - 18, y - 24)], DIKE)


def _house(drawing, x, y, size):
    """A house on stilts."""

    def at(left, top, width, height, colour):
        drawing.box(x + left * size, y + top * size, width * size, height * size, colour)

    for leg in (8, 62, 116, 170):
        at(leg, 96, 11, 62, SHADE)
    at(0, 34, 190, 68, BOARDS)
    for plank in range(4):
        at(0, 48 + 14 * plank, 190, 2, WOOD)
    at(78, 46, 34, 56, SHADE)
    at(24, 50, 30, 26, PAPER)
    at(136, 50, 30, 26, PAPER)
    roof = [(-22, 38), (40, -38), (150, -38), (212, 38)]
    drawing.area([(x + left * size, y + top * size) for left, top in roof], ROOF)
    ridge = [(x + 30 * size, y - 46 * size), (x + 160 * size, y - 46 * size)]
    drawing.stroke(ridge, 10 * size, SHADE)
    drawing.stroke([(x + 95 * size, y + 102 * size), (x + 70 * size, y + 160 * size)], 9, WOOD)


def _palm(drawing, x, y, size):
    """A coconut palm that stands at that place."""
    trunk = [(x, y), (x + 8 * size, y - 90 * size), (x + 26 * size, y - 190 * size)]
    drawing.stroke(trunk, 13 * size, TRUNK)
    top_x, top_y = trunk[-1]
    for reach, drop in ((-96, 34), (-84, -18), (-44, -56), (40, -58), (88, -20), (98, 34)):
        end = top_x + reach * size, top_y + drop * size
        middle = top_x + reach * 0.55 * size, top_y + (drop - 34) * size
        below = top_x + reach * 0.5 * size, top_y + (drop - 8) * size
        drawing.area([(top_x, top_y - 7 * size), middle, end, below], NEAR)
    for nut in (-10, 6):
        drawing.oval(top_x + nut * size, top_y + 8 * size, 9 * size, 10 * size, EARTH)


def _bridge():
    drawing = _landscape(520)
    drawing.wave(520, 14, 240, 0.2, FIELDS[2])
    for x, size in ((90, 1.05), (250, 0.85), (1380, 0.9), (1510, 1.1)):
        _palm(drawing, x, 590, size)
    drawing.wave(640, 8, 300, 1, FIELDS[4])
    drawing.area([(430, 640), (1170, 640), (1480, HEIGHT), (60, HEIGHT)], WATER)
    for y, left, width in ((740, 560, 300), (850, 760, 360), (960, 380, 420), (1080, 800, 460)):
        drawing.oval(left + width / 2, y, width / 2, 7, RIPPLE)
    for x, y, size in ((470, 760, 1), (1230, 800, 1.2), (300, 980, 1.5), (1340, 1050, 1.8)):
        drawing.oval(x, y, 46 * size, 22 * size, EARTH)
        drawing.oval(x - 8 * size, y - 7 * size, 30 * size, 11 * size, SAND)
    _span(drawing)
    drawing.area([(0, 690), (300, 690), (210, HEIGHT), (0, HEIGHT)], FIELDS[5])
    drawing.area([(1300, 690), (WIDTH, 690), (WIDTH, HEIGHT), (1440, HEIGHT)], FIELDS[5])
    drawing.area([(0, 716), (296, 700), (280, 760), (0, 800)], SAND)
    drawing.area([(1304, 700), (WIDTH, 716), (WIDTH, 800), (1322, 760)], SAND)
    walkers = ((470, 0, 1), (590, 1, 0.72), (760, 4, 1), (980, 2, 1), (1080, 5, 1))
    for number, (x, colour, size) in enumerate(walkers):
        _person(drawing, x, _deck(x), size, CLOTHES[colour], SKIN[number % 3])
    _handrail(drawing)
    return drawing


def _deck(x):
    """How high the bridge's deck is at that place: it sags a little."""
    middle = (x - WIDTH / 2) / 560
    return 690 + 26 * (1 - middle * middle)


def _cable(x):
    """How high the cables hang there."""
    middle = (x - WIDTH / 2) / 500
    return 630 - 280 * middle * middle


def _span(drawing):
    """Two towers, the cables between them, and the deck that hangs there."""
    across = range(300, 1301, 40)
    for x in across[1:-1]:
        drawing.stroke([(x, _cable(x)), (x, _deck(x))], 4, SHADE)
    drawing.stroke([(x, _cable(x)) for x in across], 9, SHADE)
    for tower, foot in ((300, 0), (1300, WIDTH)):
        drawing.stroke([(tower, _cable(tower)), (foot, 700)], 9, SHADE)
        for side in (-22, 22):
            drawing.box(tower + side - 9, _cable(tower) - 34, 18, 430, RED)
        for beam in (0, 120, 240):
            drawing.box(tower - 34, _cable(tower) + beam - 20, 68, 16, RED)
    drawing.stroke([(x, _deck(x) + 10) for x in across], 22, WOOD)
    drawing.stroke([(x, _deck(x) + 2) for x in across], 6, BOARDS)


def _handrail(drawing):
    """The rail in front of who walks there."""
    across = range(300, 1301, 40)
    for x in across:
        drawing.stroke([(x, _deck(x) - 44), (x, _deck(x))], 4, SHADE)
    drawing.stroke([(x, _deck(x) - 44) for x in across], 6, SHADE)


def _person(drawing, x, y, size, colour, skin):
    """Somebody who stands at that place."""
    for side in (-9, 9):
        drawing.stroke([(x + side * size, y), (x + side * size, y - 50 * size)], 13 * size, SHADE)
    body = [(-24, -46), (-20, -104), (20, -104), (24, -46)]
    drawing.area([(x + left * size, y + top * size) for left, top in body], colour)
    for side in (-1, 1):
        arm = [(x + side * 20 * size, y - 98 * size), (x + side * 29 * size, y - 56 * size)]
        drawing.stroke(arm, 11 * size, colour)
    drawing.oval(x, y - 124 * size, 19 * size, 21 * size, skin)
    drawing.oval(x, y - 135 * size, 20 * size, 13 * size, INK)


def _meeting_hall():
    drawing = _landscape(430)
    drawing.wave(440, 10, 200, 0.6, FIELDS[3])
    drawing.box(0, 860, WIDTH, 340, SAND)
    drawing.wave(850, 8, 260, 2, FIELDS[1])
    drawing.wave(930, 12, 340, 1, SAND)
    for x, y, size in ((110, 860, 1.9), (1500, 850, 1.7)):
        _palm(drawing, x, y, size)
    drawing.box(330, 520, 940, 330, BOARDS)
    drawing.box(350, 540, 900, 310, HAZE)
    _gathering(drawing)
    for x in (330, 560, 795, 1020, 1245):
        drawing.box(x, 500, 26, 380, WOOD)
    drawing.box(290, 850, 1020, 34, EARTH)
    drawing.box(250, 884, 1100, 34, TRUNK)
    drawing.area([(210, 520), (480, 250), (1120, 250), (1390, 520)], ROOF)
    drawing.area([(210, 520), (1390, 520), (1370, 548), (230, 548)], SHADE)
    drawing.box(460, 236, 680, 22, SHADE)
    _woven(drawing, 520, 556, 560)
    drawing.box(1396, 330, 10, 590, SHADE)
    drawing.box(1406, 330, 130, 44, RED)
    drawing.box(1406, 374, 130, 44, PAPER)
    for x, colour, size in ((470, 3, 1.25), (1100, 1, 1.3), (1190, 6, 1.1)):
        _person(drawing, x, 1020 + 30 * size, size, CLOTHES[colour], SKIN[colour % 3])
    return drawing


def _gathering(drawing):
    """People who sit in the hall, and one who speaks in front of a board."""
    drawing.box(690, 590, 220, 130, FIELDS[5])
    for line, width in enumerate((150, 120, 165)):
        drawing.box(715, 618 + 28 * line, width, 8, PAPER)
    _person(drawing, 640, 790, 1.15, RED, SKIN[1])
    for number, x in enumerate(range(390, 1230, 68)):
        colour, skin = CLOTHES[number * 3 % len(CLOTHES)], SKIN[number % 3]
        _seated(drawing, x, 846 - 26 * (number % 2), colour, skin, veiled=number % 3 == 1)


def _seated(drawing, x, y, colour, skin, veiled):
    """Somebody who sits on the floor, seen from behind or from the front."""
    drawing.oval(x, y - 24, 40, 30, colour)
    drawing.oval(x, y - 62, 20, 22, colour if veiled else INK)
    if veiled:
        drawing.oval(x, y - 60, 12, 14, skin)
    else:
        drawing.oval(x, y - 54, 16, 15, skin)


def _woven(drawing, left, top, width):
    """A band of sulapa' eppa', the rhombus of the Bugis."""
    drawing.box(left, top, width, 28, PAPER)
    for x in range(left + 14, left + width, 28):
        drawing.area([(x, top + 3), (x + 11, top + 14), (x, top + 25), (x - 11, top + 14)], RED)


def _savings_group():
    drawing = Drawing(HAZE)
    for plank in range(0, 780, 78):
        drawing.box(0, plank, WIDTH, 4, "#e6d8b8")
    drawing.box(130, 130, 420, 330, WOOD)
    drawing.box(150, 150, 380, 290, SKY)
    hills = [(150, 350), (250, 270), (370, 340), (460, 290), (530, 330)]
    drawing.area([*hills, (530, 440), (150, 440)], MIDDLE)
    drawing.box(150, 390, 380, 50, FIELDS[1])
    drawing.box(330, 150, 14, 290, WOOD)
    drawing.box(980, 120, 480, 270, FIELDS[5])
    for line, width in enumerate((330, 390, 270, 350)):
        drawing.box(1025, 165 + 54 * line, width, 12, PAPER)
    _woven(drawing, 0, 520, WIDTH)
    drawing.box(0, 1010, WIDTH, 190, EARTH)
    for number, (x, veil, dress) in enumerate(
        ((280, 0, 5), (620, 3, 2), (970, 4, 6), (1310, 2, 1))
    ):
        _woman(drawing, x, 800, CLOTHES[veil], CLOTHES[dress], SKIN[number % 3])
    drawing.box(130, 860, 1340, 190, DIKE)
    _woven(drawing, 130, 960, 1340)
    drawing.box(70, 800, 1460, 54, BOARDS)
    drawing.box(70, 854, 1460, 16, WOOD)
    for x in (120, 1440):
        drawing.box(x, 870, 40, 250, WOOD)
    for x in (240, 930):
        _book(drawing, x, 800)
    drawing.box(600, 742, 150, 62, RED)
    drawing.box(590, 730, 170, 20, ROOF)
    drawing.box(655, 736, 40, 7, INK)
    for number in range(5):
        drawing.oval(1260, 796 - 9 * number, 34, 11, (AMBER, DIKE)[number % 2])
    return drawing


def _woman(drawing, x, y, veil, dress, skin):
    """A woman with a veil who sits behind a table at that height."""
    drawing.oval(x, y + 10, 138, 170, dress)
    drawing.area([(x - 70, y - 190), (x + 70, y - 190), (x + 112, y - 40), (x - 112, y - 40)], veil)
    drawing.oval(x, y - 44, 112, 50, veil)
    drawing.oval(x, y - 214, 84, 92, veil)
    drawing.oval(x, y - 206, 54, 64, skin)
    for side in (-21, 21):
        drawing.oval(x + side, y - 214, 6, 7, INK)
    drawing.stroke([(x - 17, y - 180), (x, y - 173), (x + 17, y - 180)], 5, ROOF)


def _book(drawing, x, y):
    """An open book of accounts."""
    drawing.area([(x, y - 34), (x + 90, y - 22), (x + 90, y + 18), (x - 14, y + 6)], PAPER)
    drawing.area([(x + 90, y - 22), (x + 180, y - 34), (x + 194, y + 6), (x + 90, y + 18)], CLOUD)
    for line in range(3):
        drawing.stroke([(x + 10, y - 20 + 9 * line), (x + 78, y - 11 + 9 * line)], 3, MIDDLE)
        drawing.stroke([(x + 102, y - 11 + 9 * line), (x + 168, y - 20 + 9 * line)], 3, MIDDLE)


SCENES: dict[str, Callable[[], Drawing]] = {
    "sawah": _rice_fields,
    "jembatan": _bridge,
    "balai": _meeting_hall,
    "kelompok": _savings_group,
}
