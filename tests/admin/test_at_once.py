"""Two real processes: what is good once is taken once, however many come with it at the same
moment.
"""

import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

import pyotp
import pytest
from bs4 import BeautifulSoup

from pnpm.accounts import setup_code, two_factor
from pnpm.accounts.models import Role, SignIn, User
from pnpm.accounts.throttling import FREE, Attempt
from pnpm.db import db, now, transaction
from tests.admin.conftest import PASSWORD, account
from tests.browser.conftest import served

pytestmark = pytest.mark.engines

HANDS = 8


class Browser:
    """A browser that keeps its cookies and follows nothing."""

    def __init__(self, site):
        self.site, self.jar = site, CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar), Stay
        )

    def ask(self, path, data=None):
        """The status and text of an answer."""
        data = data and urllib.parse.urlencode(data).encode()
        try:
            with self.opener.open(self.site.url + path, data, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def token(self, path):
        """The token of the page's forms."""
        return {
            "csrf_token": BeautifulSoup(self.ask(path)[1], "html.parser").select_one(
                "[name=csrf_token]"
            )["value"]
        }

    def sign_in(self, name):
        """Give name and password."""
        return self.ask(
            "/admin/login", {**self.token("/admin/login"), "username": name, "password": PASSWORD}
        )[0]

    @property
    def is_in(self):
        """Whether somebody is signed in here."""
        return self.ask("/admin/")[0] == 200


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *given):
        """Not followed."""
        return


@pytest.fixture(scope="module")
def site(new_instance, tmp_path_factory):
    """A site on two processes."""
    place = tmp_path_factory.mktemp("at_once") / "instance"
    with new_instance(place) as folder, served(folder) as site:
        yield site


@pytest.fixture
def inside(site):
    """Do something in the site's database: `inside(work)`; nobody is known there, and nobody has
    tried.
    """

    def run(work):
        with site.app.app_context():
            try:
                return work()
            finally:
                db.session.remove()

    def empty():
        with transaction():
            for model in (SignIn, Attempt, User):
                db.session.query(model).delete()

    run(empty)
    return run


def at_once(path, forms):
    """Send these forms, each from a browser, all at the same moment: the statuses of the
    answers.
    """
    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(lambda form: form[0].ask(path, form[1])[0], forms))


def test_many_wrong_passwords_at_once_are_no_more_than_in_a_row(site, inside):
    inside(lambda: account("Bu Camat", Role.ADMIN))
    browsers = [Browser(site) for _ in range(2 * HANDS)]
    wrong = {"username": "Bu Camat", "password": "salah semua"}
    forms = [(browser, {**browser.token("/admin/login"), **wrong}) for browser in browsers]
    statuses = at_once("/admin/login", forms)
    assert statuses.count(422) == FREE["pair"]
    assert statuses.count(429) == len(forms) - FREE["pair"]


def test_a_code_opens_one_session_of_many_that_come_with_it(site, inside):
    secret = two_factor.new_secret()

    def prepare():
        user = account("Bu Camat", Role.ADMIN)
        with transaction():
            return two_factor.turn_on(User.held(user.id), secret, pyotp.TOTP(secret).at(now()))

    recovery = inside(prepare)
    browsers = [Browser(site) for _ in range(FREE["code"])]
    assert {browser.sign_in("Bu Camat") for browser in browsers} == {303}
    for code in (pyotp.TOTP(secret).at(now(), counter_offset=1), recovery[0]):
        forms = [
            (browser, {**browser.token("/admin/login/code"), "code": code})
            for browser in browsers
            if not browser.is_in
        ]
        statuses = at_once("/admin/login/code", forms)
        assert statuses.count(303) == 1
        assert set(statuses) <= {303, 422, 429}
    assert inside(lambda: db.session.query(SignIn).count()) == 2


def test_two_at_once_with_the_setup_code_make_one_admin(site, inside):
    instance = site.app.config["PNPM"].instance
    browsers = [Browser(site) for _ in range(HANDS)]
    tokens = [browser.token("/admin/setup/") for browser in browsers]
    code = (instance / setup_code.FILE).read_text()
    forms = [
        (
            browser,
            {**token, "setup_code": code, "username": f"Orang {number}", "password": PASSWORD},
        )
        for number, (browser, token) in enumerate(zip(browsers, tokens, strict=True))
    ]
    statuses = at_once("/admin/setup/", forms)
    assert set(statuses) <= {303, 422}
    assert inside(lambda: db.session.query(User).count()) == 1
    assert [browser.is_in for browser in browsers].count(True) == 1
    assert Browser(site).ask("/admin/setup/")[0] == 303
    assert not (instance / setup_code.FILE).exists()


@pytest.mark.parametrize(("what", "values"), [("removal", {}), ("role", {"role": "moderator"})])
def test_two_admins_who_take_each_other_away_at_once_leave_one(site, inside, what, values):
    def prepare():
        return [
            (user.id, user.name)
            for user in (account("Bu Camat", Role.ADMIN), account("Pak Camat", Role.ADMIN))
        ]

    (one, her), (other, him) = inside(prepare)
    hers, his = Browser(site), Browser(site)
    assert (hers.sign_in(her), his.sign_in(him)) == (303, 303)
    sent = [(hers, other, hers.token("/admin/users")), (his, one, his.token("/admin/users"))]
    with ThreadPoolExecutor(2) as pool:
        statuses = list(
            pool.map(
                lambda each: each[0].ask(f"/admin/users/{each[1]}/{what}", {**each[2], **values})[
                    0
                ],
                sent,
            )
        )
    assert 303 in statuses
    assert set(statuses) <= {303, 403}
    assert inside(lambda: db.session.query(User).filter_by(role=Role.ADMIN).count()) == 1


def test_many_who_sign_in_at_once_are_all_in(site, inside):
    names = [f"Orang {number}" for number in range(HANDS)]
    inside(lambda: [account(name, Role.MODERATOR) for name in names])
    browsers = [Browser(site) for _ in names]
    with ThreadPoolExecutor(HANDS) as pool:
        statuses = list(
            pool.map(lambda pair: pair[0].sign_in(pair[1]), zip(browsers, names, strict=True))
        )
    assert statuses == [303] * HANDS
    assert all(browser.is_in for browser in browsers)


def test_ending_a_session_from_many_tabs_at_once_is_no_trouble(site, inside):
    inside(lambda: account("Bu Camat", Role.ADMIN))
    here, there = Browser(site), Browser(site)
    assert (here.sign_in("Bu Camat"), there.sign_in("Bu Camat")) == (303, 303)
    token = there.token("/admin/account")
    assert set(at_once("/admin/logout", [(there, token)] * HANDS)) == {303}
    assert (here.is_in, there.is_in) == (True, False)
