"""What the spam filter is trained on, and that training gives the same weights each time."""

from random import Random

import pytest

from pnpm.comments.spam.folding import folded
from tools import spam_material as material


def test_an_invented_name_is_seen_in_any_dress():
    random = Random(7)
    names = [material.brand(random) for _number in range(400)]
    written = [f"main di {material.dressed(name, random)} saja" for name in names]
    seen = [
        any(word.text == name or word.stem in name for word in folded(text).words[2:-1])
        for name, text in zip(names, written, strict=True)
    ]
    assert sum(seen) >= 0.95 * len(seen)


def test_material_is_the_same_from_the_same_seed():
    for make in material.advertisement, material.remark, material.letter:
        assert make(Random(3)) == make(Random(3))


def test_every_sentence_is_filled():
    for number in range(500):
        for make in material.remark, material.letter:
            assert "{" not in make(Random(number))


def test_harmless_words_stand_around_an_advertisement():
    text = material.padded("raja77", ["satu dua tiga"], 60, Random(1))
    assert len(text.split()) == 61
    assert "raja77" in text.split()


class TestWeights:
    @pytest.fixture
    def training(self):
        """The trainer, where what it needs is installed (tools/requirements.txt)."""
        pytest.importorskip("sklearn")
        from tools import train_spam

        return train_spam

    @pytest.fixture
    def texts(self, training):
        random = Random(5)
        spam = [training.Text(material.advertisement(random), True, "", "") for _n in range(60)]
        return spam + [training.Text(material.remark(random), False, "", "") for _n in range(60)]

    def test_they_are_the_same_from_the_same_data(self, training, texts):
        first, second = (training.trained("en", texts, (0.0, 1.0)) for _time in range(2))
        assert bytes(first.table.weights) == bytes(second.table.weights)
        assert first[1:] == second[1:]

    def test_they_are_read_as_they_were_written(self, training, texts, tmp_path, monkeypatch):
        from pnpm.comments.spam import model

        path = tmp_path / "weights.bin"
        monkeypatch.setattr(training, "WEIGHTS", path)
        trained = training.trained("en", texts, (0.0, 1.0))
        training.write({"en": trained})
        read = model.loaded(path)["en"]
        assert bytes(read.table.weights) == bytes(trained.table.weights)
        assert read.scale == pytest.approx(trained.scale, abs=1e-6)

    def test_a_sum_that_a_share_of_people_is_above(self, training):
        assert training.at_share(range(1000), 0.002) == pytest.approx(997, abs=0.01)

    def test_a_brand_gets_another_name(self, training):
        text = training.Text("main di 𝐃𝐄𝐖𝐀𝟕𝟕 saja", True, "dewa77", "judol")
        made = training.without_brand(text, Random(2))
        assert made.startswith("main di ")
        assert "dewa77" not in folded(made).text
