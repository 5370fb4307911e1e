"""Comments as readers send them, judged by the spam filter on their way in."""

from pnpm.comments.models import Comment, Submission
from pnpm.comments.policy import Policy
from pnpm.comments.rules import Place, Rules
from pnpm.comments.submission import store
from pnpm.db import begin_writing, db
from pnpm.markup.sanitizer import comment_html

# The filter publishes, holds and puts among spam these:
FINE = "Terima kasih Pak, jembatan di dusun kami sudah diperbaiki."
HELD = "Rekomendasi situs gacor: lemaritoto"
SPAM = "Ayo semua main di ＺＥＵＳ７７, slot gacor gampang maxwin, daftar sekarang"


def send(article, app, *bodies, name="Siti", website="", address="192.0.2.1", moment=None):
    """Send comments; they as they are stored."""
    config, numbers = app.config["PNPM"], []
    begin_writing()
    connection = db.session.connection()
    for body in bodies:
        draft = Submission(name, "", website, body, comment_html(body), nonce=f"{address} {body}")
        place = Place(connection, article.id)
        verdict = Rules(Policy()).judge(draft, address, config, None, moment, place)
        stored = store(connection, article.id, draft, address, config, verdict, moment)
        numbers.append(stored.comment.id)
    db.session.commit()
    db.session.expire_all()
    return [db.session.get(Comment, number) for number in numbers]
