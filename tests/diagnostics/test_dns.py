"""A domain's text records, asked of a resolver of our own."""

import socket
import struct
import threading

import pytest

from pnpm.diagnostics import dns


@pytest.fixture
def resolver(tmp_path, monkeypatch):
    """Answers once with what `answer(question)` gives; returns the file that names it."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    monkeypatch.setattr(dns, "PORT", listening.getsockname()[1])
    file = tmp_path / "resolv.conf"
    file.write_text("# a comment\nnameserver 127.0.0.1\n")

    def start(answer):
        def once():
            question, client = listening.recvfrom(512)
            listening.sendto(answer(question), client)

        threading.Thread(target=once, daemon=True).start()
        return file

    yield start
    listening.close()


def answered(question, *texts, flags=0x8180):
    records = b"".join(
        b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(text) + 1) + bytes([len(text)]) + text
        for text in texts
    )
    return question[:2] + struct.pack(">5H", flags, 1, len(texts), 0, 0) + question[12:] + records


def test_the_texts_are_read(resolver):
    file = resolver(lambda question: answered(question, b"lain", b"v=spf1 -all"))
    assert dns.texts("desa.example", 2, file) == ["lain", "v=spf1 -all"]


def test_a_domain_that_does_not_exist_has_none(resolver):
    file = resolver(lambda question: answered(question, flags=0x8183))
    assert dns.texts("desa.example", 2, file) == []


@pytest.mark.parametrize(
    "answer",
    [
        lambda question: b"",
        lambda question: b"xx" + answered(question)[2:],
        lambda question: answered(question, flags=0x8182),
        lambda question: answered(question, b"v=spf1", flags=0x8380),
        lambda question: answered(question, b"v=spf1")[:-12],
        lambda question: answered(question)[:6] + b"\xff\xff" + answered(question)[8:],
    ],
)
def test_what_is_no_answer_is_none(resolver, answer):
    file = resolver(answer)
    with pytest.raises(dns.Unanswered):
        dns.texts("desa.example", 2, file)


def test_nobody_answers_in_time(tmp_path):
    file = tmp_path / "resolv.conf"
    file.write_text("")
    with pytest.raises(dns.Unanswered):
        dns.texts("desa.example", 0.1, file)
