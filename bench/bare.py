"""The least that Python can do: a WSGI function that reads what it is sent and answers the same
bytes to everything.
"""

import json
import os
from pathlib import Path

_answer = json.loads(Path(os.environ["BENCH_ANSWER"]).read_text("utf-8"))
_headers, _body = (
    [tuple(header) for header in _answer["headers"]],
    _answer["body"].encode("latin-1"),
)


def application(environ, start_response):
    """The kept answer."""
    environ["wsgi.input"].read()
    start_response(_answer["status"], _headers)
    return [_body]
