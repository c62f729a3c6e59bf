import logging
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from threading import Barrier

import pytest
from services import mail_server
from sqlalchemy import func, insert, select, text, update

from crmcore import customers, digests, follow_ups, jobs, people
from crmcore.database.gate import global_session, keeper, new_id, shop_session
from crmcore.digests import Wish
from crmcore.errors import BadInput, NotAllowed
from crmcore.follow_ups import NewFollowUp
from crmcore.models import Activity, Digest
from crmcore.settings import settings

MORNING = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # 8 o'clock in India
TODAY = date(2026, 11, 20)


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def mailed(monkeypatch):
    """Names the mail server: mailed(post.port, user="ravi:secret@"), mailed(1) for one that is not there."""

    def use(port, *, user="", host="127.0.0.1", address="https://shop.example.org/"):
        monkeypatch.setenv("REGULARS_SMTP_URL", f"smtp://{user}{host}:{port}")
        monkeypatch.setenv("REGULARS_MAIL_FROM", "Regulars <mail@shop.example.org>")
        monkeypatch.setenv("REGULARS_ADDRESS", address)
        settings.cache_clear()

    yield use
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def meera(join):
    return join("owner", name="Meera Joshi")


@pytest.fixture
def ravi(join, meera):
    """Somebody with an address who has one thing late and one due today."""
    ravi = join("staff", meera.shop, "Ravi Kale")
    wants_mail(ravi)
    with shop_session(ravi, writes=True, now=MORNING - timedelta(days=9)) as shop:
        asha = customers.create(shop, {"name": "Asha Patil", "phone": "98811 20456"})
        plan = {"customer_id": asha, "assigned_to": ravi.staff_id}
        follow_ups.create(shop, NewFollowUp("Quote for dining set, ₹42,000", TODAY - timedelta(days=2), **plan))
        follow_ups.create(
            shop, NewFollowUp("Order\nprice tags", TODAY, assigned_to=ravi.staff_id, due_time=time(17, 30))
        )
        follow_ups.create(shop, NewFollowUp("Ask for a review", TODAY + timedelta(days=3), **plan))
    return ravi


def wants_mail(who, email="ravi@example.org", wants=True):
    with shop_session(who, writes=True) as shop:
        digests.change_wish(shop, Wish(email, wants))


def send(who, **later):
    return digests.send_due(who.shop, now=MORNING + timedelta(**later))


def waiting(who):
    """The jobs that wait to be done for the shop of `who`."""
    query = text("select task_name from jobs.procrastinate_jobs where args ->> 'shop_id' = :shop_id")
    with global_session() as connection:
        return list(connection.scalars(query, {"shop_id": str(who.shop.id)}))


def row(who):
    with shop_session(who, now=MORNING) as shop:
        found = digests.latest_of(shop, who.staff_id)
    return found and (found["status"], found["tries"], found["error"])


def read(mail):
    to, raw = mail
    return to, message_from_bytes(raw, policy=policy.default)


def test_the_mail_says_what_is_late_and_due_today(ravi, post, mailed):
    mailed(post.port)
    assert send(ravi) == 1
    to, mail = read(post.mails[0])
    assert (to, mail["From"]) == ("ravi@example.org", "Regulars <mail@shop.example.org>")
    assert mail["Subject"] == "2 things to do today at Meera Home & Care, 1 late"
    assert mail.get_content().splitlines()[:-1] == [
        "Good morning, Ravi.",
        "",
        "OVERDUE",
        "- Asha Patil: Quote for dining set, ₹42,000 (2 days late)",
        "",
        "TODAY",
        "- 17:30 Order price tags",
        "",
        "In the next 7 days: 1.",
        "",
        "My day: https://shop.example.org/my_day",
        "",
        "--",
    ]
    assert "98811" not in mail.get_content()
    assert row(ravi) == ("sent", 1, None)


def test_it_goes_once_a_day_whatever_number_of_workers(ravi, post, mailed):
    mailed(post.port)
    assert (send(ravi), send(ravi), send(ravi, hours=2)) == (1, 0, 0)
    assert not digests.are_due(ravi.shop, now=MORNING + timedelta(hours=1))
    assert send(ravi, days=1) == 1
    assert len(post.mails) == 2


def test_workers_at_the_same_moment_send_it_once(ravi, post, mailed):
    mailed(post.port)
    together = Barrier(4)

    def work(_):
        together.wait(30)
        return send(ravi)

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(work, range(4))) == [0, 0, 0, 1]
    assert len(post.mails) == 1


def test_it_goes_when_the_shops_morning_has_come_and_not_in_the_evening(ravi, meera, post, mailed):
    mailed(post.port)
    early = MORNING - timedelta(minutes=1)
    assert not digests.are_due(ravi.shop, now=early)
    assert digests.send_due(ravi.shop, now=early) == 0
    assert not digests.are_due(ravi.shop, now=MORNING + timedelta(hours=digests.TOO_LATE_AFTER))
    with shop_session(meera, writes=True) as shop:
        digests.change_hour(shop, 7)
    assert digests.are_due(ravi.shop, now=MORNING - timedelta(hours=1))
    assert digests.are_due(ravi.shop, now=MORNING)


def test_nobody_is_written_to_who_has_nothing_to_do_or_does_not_want_it(meera, ravi, join, post, mailed):
    mailed(post.port)
    wants_mail(meera, "meera@example.org")
    unwilling, addressless, gone = (join("staff", meera.shop, name) for name in ("Anu", "Bina", "Chetan"))
    wants_mail(unwilling, "anu@example.org", wants=False)
    wants_mail(gone, "chetan@example.org")
    with shop_session(meera, writes=True, now=MORNING) as shop:
        for one in (unwilling, addressless, gone):
            follow_ups.create(shop, NewFollowUp("Call", TODAY, assigned_to=one.staff_id))
        people.change_member(
            shop, gone.staff_id, name="Chetan", role="staff", sells=False, medical=False, is_active=False
        )
    assert send(meera) == 1
    assert [to for to, _ in post.mails] == ["ravi@example.org"]
    assert row(meera) is None
    assert not digests.are_due(meera.shop, now=MORNING)


def test_without_a_mail_server_nothing_is_due(ravi):
    assert not digests.can_be_sent()
    assert not digests.are_due(ravi.shop, now=MORNING)
    assert send(ravi) == 0


def test_it_signs_in_and_a_refusal_is_told_without_the_password(ravi, post, mailed, caplog):
    caplog.set_level(logging.DEBUG)
    mailed(post.port, user="ravi%40shop:s3cret%2Fword@")
    post.next_answers += [("EHLO", "250-mail.test\r\n250 AUTH PLAIN"), ("AUTH", "535 no")]
    assert send(ravi) == 0
    assert row(ravi) == ("failed", 1, "The mail server refused the name or the password.")
    assert "s3cret" not in caplog.text
    assert "refused the name" in caplog.text
    post.next_answers += [("EHLO", "250-mail.test\r\n250 AUTH PLAIN"), ("AUTH", "235 welcome")]
    assert send(ravi, minutes=20) == 1
    assert row(ravi) == ("sent", 2, None)


def test_a_server_that_is_away_is_asked_again_a_few_times(ravi, mailed):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        mailed(taken.getsockname()[1])
        assert send(ravi) == 0
        assert row(ravi) == ("failed", 1, "The mail server can't be reached at this moment.")
        assert not digests.are_due(ravi.shop, now=MORNING + timedelta(minutes=10))
        for turn in range(1, digests.MOST_TRIES):
            assert digests.are_due(ravi.shop, now=MORNING + turn * timedelta(minutes=15))
            send(ravi, minutes=15 * turn)
        assert row(ravi)[:2] == ("failed", digests.MOST_TRIES)
        assert not digests.are_due(ravi.shop, now=MORNING + timedelta(hours=3))


def test_while_the_server_takes_nothing_the_others_wait(ravi, meera, post, mailed):
    wants_mail(meera, "meera@example.org")
    with shop_session(meera, writes=True, now=MORNING) as shop:
        follow_ups.create(shop, NewFollowUp("Call", TODAY, assigned_to=meera.staff_id))
    mailed(post.port)
    post.next_answers.append(("MAIL", "451 later"))
    assert send(ravi) == 0
    assert {row(ravi), row(meera)} == {None, ("failed", 1, "The mail server wants to be asked again later (451).")}
    assert send(ravi, minutes=20) == 2
    assert row(ravi)[0] == row(meera)[0] == "sent"


def test_an_address_that_is_refused_is_not_tried_again_and_holds_nobody_up(ravi, meera, post, mailed):
    wants_mail(meera, "meera@example.org")
    with shop_session(meera, writes=True, now=MORNING) as shop:
        follow_ups.create(shop, NewFollowUp("Call", TODAY, assigned_to=meera.staff_id))
    mailed(post.port)
    post.next_answers.append(("RCPT", "550 no such user"))
    assert send(ravi) == 1
    assert {row(ravi), row(meera)} == {
        ("sent", 1, None),
        ("failed", digests.MOST_TRIES, "The mail server says there is no such address (550)."),
    }
    assert not digests.are_due(ravi.shop, now=MORNING + timedelta(hours=1))


def test_a_connection_cut_after_the_text_leaves_it_unknown_and_it_is_not_sent_again(ravi, post, mailed):
    mailed(post.port)
    post.next_answers.append(("DOT", "cut"))
    assert send(ravi) == 0
    assert row(ravi) == ("unknown", 1, "The connection to the mail server broke before it answered.")
    assert send(ravi, minutes=30) == 0
    assert len(post.mails) == 1


def test_a_worker_that_ended_while_sending_leaves_it_unknown_and_it_is_told(ravi, post, mailed, caplog, monkeypatch):
    mailed(post.port)

    class Killed(BaseException):
        pass

    def dies(*_):
        raise Killed

    with monkeypatch.context() as during:
        during.setattr(digests.smtp, "deliver", dies)
        with pytest.raises(Killed):
            send(ravi)
    assert row(ravi) == ("sending", 1, None)
    assert send(ravi, minutes=10) == 0
    assert digests.are_due(ravi.shop, now=MORNING + timedelta(minutes=31))
    assert send(ravi, minutes=31) == 0
    status, _, why = row(ravi)
    assert (status, post.mails) == ("unknown", [])
    assert "may have arrived" in why
    assert "may have arrived" in caplog.text


def test_a_mail_server_that_is_not_on_this_machine_must_speak_encrypted(ravi, mailed):
    with mail_server("127.0.0.2") as elsewhere:
        mailed(elsewhere.port, host="127.0.0.2", user="ravi:secret@")
        elsewhere.next_answers.append(("EHLO", "250-mail.test\r\n250 AUTH PLAIN"))
        assert send(ravi) == 0
        assert row(ravi) == ("failed", 1, "The mail server does not offer this kind of encryption.")
        assert (elsewhere.mails, list(elsewhere.next_answers)) == ([], [])


def test_the_worker_finds_what_is_due_and_sends_it(ravi, post, mailed):
    mailed(post.port)
    jobs.look_at_digests_of(ravi.shop, now=MORNING - timedelta(hours=1))
    assert waiting(ravi) == []
    for _ in range(2):
        jobs.look_at_digests_of(ravi.shop, now=MORNING)
    assert waiting(ravi) == ["send_digests"]


def test_a_job_sends_the_mails_of_its_shop(join, new_shop, post, mailed):
    """On the real clock: the shop lies where it is nine in the morning now."""
    mailed(post.port)
    ahead = (9 - datetime.now(UTC).hour + 12) % 24 - 12
    shop = new_shop(timezone=f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")
    asha = join("owner", shop, "Asha")
    wants_mail(asha, "asha@example.org")
    with shop_session(asha, writes=True) as session:
        follow_ups.create(session, NewFollowUp("Call", session.today))
    jobs.send_digests(str(shop.id))
    assert [to for to, _ in post.mails] == ["asha@example.org"]
    jobs.send_digests(str(new_id()))  # a shop that was deleted meanwhile


def test_a_person_says_where_and_whether_and_it_is_on_the_record(meera):
    wants_mail(meera, " Meera@Example.ORG ")
    with shop_session(meera, writes=True) as shop:
        assert digests.wish_of(shop, meera.staff_id) == Wish("meera@example.org", True)
        with pytest.raises(BadInput, match="not an e-mail address") as refused:
            digests.change_wish(shop, Wish("meera@home"))
        assert refused.value.field == "email"
        digests.change_wish(shop, Wish("", False))
        digests.change_wish(shop, Wish(None, False))
        query = select(func.count()).where(Activity.shop_id == shop.id, Activity.what == "morning mail changed")
        assert shop.scalar(query) == 2


def test_the_hour_is_the_owners_to_choose(meera, ravi):
    with shop_session(meera, writes=True) as shop:
        assert digests.hour_of(shop) == digests.USUAL_HOUR
        for hour in (3, 13):
            with pytest.raises(BadInput, match="between 4 and 12"):
                digests.change_hour(shop, hour)
    with shop_session(ravi, writes=True) as shop, pytest.raises(NotAllowed):
        digests.change_hour(shop, 9)


def test_a_long_list_is_named_in_part(meera, post, mailed):
    mailed(post.port, address="")
    wants_mail(meera, "meera@example.org")
    with shop_session(meera, writes=True, now=MORNING) as shop:
        for number in range(digests.ITEMS + 3):
            follow_ups.create(shop, NewFollowUp(f"Call {number}", TODAY))
    assert send(meera) == 1
    _, mail = read(post.mails[0])
    assert "- and 3 more" in mail.get_content()
    assert "http" not in mail.get_content()


def test_a_mail_tells_nothing_of_another_shop(ravi, join, post, mailed):
    mailed(post.port)
    other = join("owner", name="Other")
    wants_mail(other, "other@example.org")
    assert digests.send_due(other.shop, now=MORNING) == 0
    assert post.mails == []


@pytest.mark.parametrize(
    ("url", "sender", "sentence"),
    [
        ("mail.example.org:587", "mail@example.org", "Write REGULARS_SMTP_URL like"),
        ("smtp://:587", "mail@example.org", "Write REGULARS_SMTP_URL like"),
        ("smtp://ravi:secret@mail.example.org:port", "mail@example.org", "Write REGULARS_SMTP_URL like"),
        ("smtp://ravi:secret@mail.example.org", "", "Name the sender"),
        ("smtp://ravi:secret@mail.example.org", "Regulars", "Name the sender"),
    ],
)
def test_a_setting_that_can_not_be_used_says_so_without_the_password(monkeypatch, url, sender, sentence):
    monkeypatch.setenv("REGULARS_SMTP_URL", url)
    monkeypatch.setenv("REGULARS_MAIL_FROM", sender)
    settings.cache_clear()
    try:
        with pytest.raises(BadInput, match=sentence) as refused:
            settings()
        assert "secret" not in f"{refused.value} {refused.value.__cause__!r} {refused.value.__cause__}"
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_the_address_is_one_of_the_web(monkeypatch):
    monkeypatch.setenv("REGULARS_ADDRESS", "shop.example.org")
    settings.cache_clear()
    try:
        with pytest.raises(BadInput, match=re.escape("REGULARS_ADDRESS can't be used")):
            settings()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_the_url_names_server_sender_and_encryption(monkeypatch):
    monkeypatch.setenv("REGULARS_MAIL_FROM", "Meera <mail@example.org>")
    found = {}
    for url in ("smtp://me%40x:p%23w@mail.example.org", "smtps://mail.example.org", "smtp://localhost:2525"):
        monkeypatch.setenv("REGULARS_SMTP_URL", url)
        settings.cache_clear()
        server = settings().mail_server()
        found[url] = (server.host, server.port, server.encryption, server.user, server.password.get_secret_value())
        assert "p#w" not in repr(settings()) + repr(server)
    monkeypatch.undo()
    settings.cache_clear()
    assert list(found.values()) == [
        ("mail.example.org", 587, "starttls", "me@x", "p#w"),
        ("mail.example.org", 465, "tls", "", ""),
        ("localhost", 2525, "none", "", ""),
    ]


def test_a_day_has_one_row_a_person(ravi, post, mailed):
    mailed(post.port)
    send(ravi)
    with shop_session(keeper(ravi.shop), writes=True, now=MORNING) as shop:
        shop.execute(update(Digest).where(Digest.shop_id == shop.id).values(status="failed", tried_at=MORNING))
    assert send(ravi, minutes=20) == 1
    with shop_session(ravi) as shop:
        assert shop.scalar(select(func.count()).select_from(Digest).where(Digest.shop_id == shop.id)) == 1


def test_the_doctor_tells_of_mails_that_may_not_have_arrived(ravi):
    days = {0: "unknown", 1: "failed", 2: "sent", 8: "failed"}
    with shop_session(keeper(ravi.shop), writes=True, now=MORNING) as shop:
        for back, status in days.items():
            row = {"day": shop.today - timedelta(days=back), "status": status, "error": "Nobody answers."}
            shop.execute(insert(Digest).values(shop_id=shop.id, staff_id=ravi.staff_id, **row))
        assert digests.troubles(shop) == [
            f"2 morning mails may not have arrived, the last of {shop.today}: Nobody answers."
        ]
