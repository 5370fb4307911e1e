"""The spam filter's commands."""

import xml.etree.ElementTree as ET

import pytest


@pytest.fixture
def flask(app):
    """Runs a command; returns what it prints."""

    def run(*arguments, code=0):
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def labelled(tmp_path):
    """A file of texts with labels."""
    path = tmp_path / "texts.csv"
    path.write_text(
        "text,label,brand\n"
        "Main di 𝐊𝐄𝐑𝐁𝐀𝐔𝟕𝟕 auto maxwin,1,kerbau77\n"
        "gacor terus di kerbau77,1,kerbau77\n"
        "Selamat pagi Pak Lurah,0,\n"
        '"Terima kasih, tulisannya bagus",0,\n',
        encoding="utf-8",
    )
    return path


class TestEvaluate:
    def test_it_says_how_much_is_held_by_threshold(self, flask, labelled):
        lines = flask("spam", "evaluate", str(labelled)).splitlines()
        (shipped,) = [line.split() for line in lines if line.endswith("held") and "%" in line]
        assert shipped[1:5] == ["1.0000", "1.0000", "1.0000", "0.000%"]

    def test_it_says_so_by_a_column(self, flask, labelled):
        found = flask("spam", "evaluate", str(labelled), "--by", "brand")
        assert "kerbau77: 2 of 2 are spam, recall 1.0000" in found
        assert "(none): 0 of 2 are spam" in found

    def test_it_draws_a_plot(self, flask, labelled, tmp_path):
        plot = tmp_path / "plot.svg"
        flask("spam", "evaluate", str(labelled), "--plot", str(plot))
        assert ET.parse(plot).getroot().tag.endswith("svg")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"text\nhalo\n", "has no column label"),
            (b"", "has no column text"),
            (b"text,label\n\xff\xfe,1\n", "is not a CSV in UTF-8"),
        ],
    )
    def test_another_file_is_refused_in_one_line(self, flask, tmp_path, content, words):
        path = tmp_path / "other.csv"
        path.write_bytes(content)
        assert words in flask("spam", "evaluate", str(path), code=1)


class TestExplain:
    def test_it_says_what_speaks_for_and_against(self, flask):
        found = flask("spam", "explain", "Main di 𝐊𝐄𝐑𝐁𝐀𝐔𝟕𝟕 auto maxwin")
        first, text, *reasons = found.splitlines()
        assert first.endswith(("held", "spam"))
        assert text == "main di kerbau77 auto maxwin"
        assert any(line.endswith("(kerbau77)") for line in reasons)

    def test_a_person_is_published(self, flask):
        assert (
            flask("spam", "explain", "Selamat pagi Pak Lurah").splitlines()[0].endswith("published")
        )
