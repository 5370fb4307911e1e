"""`flask search rebuild`."""

from tests.conftest import publish, write


def test_the_index_is_made_anew_and_the_texts_are_counted(app, client):
    write(publish("Panen padi"), app, "Padi menguning.", "Jagung juga.")
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        "3 articles and comments can be found.",
    )
    assert len(client.page("/cari?q=padi").select(".hit")) == 2
