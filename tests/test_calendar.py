"""A person's list as a calendar, read by a calendar library as other programs read it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from conftest import NOW
from icalendar import Calendar
from sqlalchemy import select

from crmcore import calendar_feeds, customers, follow_ups, leads, people, pipeline
from crmcore.database.gate import global_session, keeper, shop_session
from crmcore.follow_ups import NewFollowUp
from crmcore.models import CalendarFeed
from crmcore.my_day import WorkItem
from crmcore.pipeline import stages
from crmcore.settings import settings
from dashboard import server

TODAY = date(2026, 11, 20)


@pytest.fixture
def ravi(join):
    return join("staff", name="Ravi Kale")


@pytest.fixture
def at():
    return lambda who, **later: shop_session(who, writes=True, now=NOW + timedelta(**later))


@pytest.fixture
def ask():
    """Asks for an address as a calendar program does, without a sign-in: ask("/calendar/x.ics")."""

    async def get(path):
        transport = httpx.ASGITransport(server.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            return await client.get(path)

    with start_blocking_portal() as elsewhere:  # browser walks of the same run leave a loop in this thread
        yield lambda path: elsewhere.call(get, path)


def renewed(who):
    with shop_session(who, writes=True) as shop:
        return calendar_feeds.renew(shop)


def events(token, **later):
    found = calendar_feeds.of_token(token, now=NOW + timedelta(**later))
    return found and list(Calendar.from_ical(found).walk("VEVENT"))


def summaries(token, **later):
    return [str(event["summary"]) for event in events(token, **later)]


def test_what_is_to_be_done_is_in_it_all_day_or_at_its_time(ravi, at):
    token = renewed(ravi)
    with at(ravi) as shop:
        asha = customers.create(shop, {"name": "Asha Patil", "phone": "98811 20456"})
        all_day = follow_ups.create(shop, NewFollowUp("Call about the sofa", TODAY, asha, ravi.staff_id))
        timed = follow_ups.create(
            shop, NewFollowUp("Measure", TODAY + timedelta(days=1), None, ravi.staff_id, due_time=time(17, 30))
        )
    first, second = events(token)
    assert (first["uid"], second["uid"]) == (f"follow-up-{all_day}@regulars", f"follow-up-{timed}@regulars")
    assert str(first["summary"]) == "Asha Patil: Call about the sofa"
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (TODAY, TODAY + timedelta(days=1))
    half_past_five = datetime(2026, 11, 21, 17, 30, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert (second.decoded("dtstart"), second.decoded("dtend")) == (
        half_past_five,
        half_past_five + timedelta(minutes=30),
    )
    assert first.decoded("dtstamp") == NOW
    assert "98811" not in calendar_feeds.of_token(token, now=NOW).decode()
    assert [str(event["uid"]) for event in events(token, hours=5)] == [str(first["uid"]), str(second["uid"])]


def test_an_evening_and_the_day_the_clocks_change_are_told_by_the_shops_clock(join, new_shop, at):
    berlin = join("owner", new_shop(currency="EUR", region="DE", timezone="Europe/Berlin"))
    token = renewed(berlin)
    spring = date(2027, 3, 28)
    with at(berlin) as shop:
        follow_ups.create(shop, NewFollowUp("late", TODAY, due_time=time(23, 45)))
        follow_ups.create(shop, NewFollowUp("before", spring, due_time=time(1, 30)))
        follow_ups.create(shop, NewFollowUp("after", spring, due_time=time(3, 30)))
    begins = {str(event["summary"]): event.decoded("dtstart").astimezone(UTC) for event in events(token)}
    assert begins == {
        "late": datetime(2026, 11, 20, 22, 45, tzinfo=UTC),
        "before": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        "after": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    }


def test_it_holds_what_my_day_shows_from_30_days_back_to_a_year_ahead(ravi, join, at):
    token, sunil = renewed(ravi), join("staff", ravi.shop, "Sunil")
    for about, in_days, whose in (
        ("31 days ago", -31, ravi),
        ("30 days ago", -30, ravi),
        ("in a year", 365, ravi),
        ("later", 366, ravi),
        ("anybody's", 1, None),
        ("Sunil's", 1, sunil),
        ("done", 1, ravi),
    ):
        with at(ravi, days=-60) as shop:
            due_on = TODAY + timedelta(days=in_days)
            kept = follow_ups.create(shop, NewFollowUp(about, due_on, assigned_to=whose and whose.staff_id))
            if about == "done":
                follow_ups.done(shop, kept)
    assert summaries(token) == ["30 days ago", "anybody's", "in a year"]
    assert str(events(token)[1]["description"]) == "For whoever comes first"


@pytest.mark.parametrize(
    "odd",
    [
        "semi; comma, back\\slash: colon",
        "two\nlines\tand a tab",
        "BEGIN:VALARM\r\nEND:VEVENT\x07",
        "ग्राहक को फ़ोन करें 👩‍👩‍👧 " * 12,
        "x" * 74 + "é" + "y" * 74 + "₹",
        ",;\\" * 60,
    ],
)
def test_any_text_comes_out_as_it_went_in_and_no_line_is_too_long(ravi, odd):
    item = WorkItem("follow-up:1", "follow-up", odd, TODAY, customer_name=odd)
    raw = calendar_feeds.as_ics([item], ravi.shop, NOW)
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
    for line in lines:
        line.decode()  # no letter is cut in two
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert str(event["summary"]) == " ".join(odd.replace("\x07", "").split())
    assert not event.errors


def test_the_shops_name_is_the_calendars(join, new_shop):
    owner = join("owner", new_shop(name="Semi; colon, & Söhne"))
    raw = calendar_feeds.of_token(renewed(owner))
    assert r"X-WR-CALNAME:My day\, Semi\; colon\, & Söhne" in raw.decode().splitlines()
    calendar = Calendar.from_ical(raw)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert list(calendar.walk("VEVENT")) == []


def test_an_entry_leads_to_the_customer_when_the_address_is_known(ravi, at, monkeypatch):
    token = renewed(ravi)
    with at(ravi) as shop:
        asha = customers.create(shop, {"name": "Asha"})
        follow_ups.create(shop, NewFollowUp("Call", TODAY, asha, ravi.staff_id))
    assert "url" not in events(token)[0]
    monkeypatch.setenv("REGULARS_ADDRESS", "https://shop.example.org")
    settings.cache_clear()
    try:
        assert str(events(token)[0]["url"]) == f"https://shop.example.org/customer?id={asha}"
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_what_is_about_a_lead_or_a_deal_says_so_and_leads_there(join, new_shop, at, monkeypatch):
    ravi = join("owner", new_shop(kind="business"), sells=True)
    token = renewed(ravi)
    with at(ravi) as shop:
        lee = leads.record(shop, leads.NewLead("Lee"))
        caller = leads.record(shop, leads.NewLead(phone="98811 20456"))
        desks = pipeline.create(shop, pipeline.NewOpportunity("Desks", expected_close_on=TODAY))
        for about, whom in (
            ("Call", {"lead_id": lee}), ("Ring", {"lead_id": caller}), ("Ask", {"opportunity_id": desks})
        ):  # fmt: skip
            follow_ups.create(shop, NewFollowUp(about, TODAY, assigned_to=ravi.staff_id, **whom))
    monkeypatch.setenv("REGULARS_ADDRESS", "https://shop.example.org")
    settings.cache_clear()
    try:
        assert {(str(event["summary"]), str(event["url"]).rpartition("/")[2]) for event in events(token)} == {
            ("Lee: Call", f"lead?id={lee}"),
            ("A lead: Ring", f"lead?id={caller}"),
            ("Desks: Ask", f"opportunity?id={desks}"),
            ("Expected to close: Desks", f"opportunity?id={desks}"),
        }
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_deal_that_somebody_else_got_leaves_the_calendar(join, new_shop, at):
    shop = new_shop(kind="business")
    ravi, sana = (join("owner", shop, name=name, sells=True) for name in ("Ravi Kale", "Sana"))
    tokens = renewed(ravi), renewed(sana)
    with at(ravi) as opened:
        deal = pipeline.create(opened, pipeline.NewOpportunity("Desks", expected_close_on=TODAY))
    assert [summaries(token) for token in tokens] == [["Expected to close: Desks"], []]
    with at(ravi) as opened:
        pipeline.change(opened, deal, {"rep_id": sana.staff_id})
    assert [summaries(token) for token in tokens] == [[], ["Expected to close: Desks"]]


def test_an_answer_stays_small(ravi, at, monkeypatch):
    monkeypatch.setattr(calendar_feeds, "MOST", 3)
    token = renewed(ravi)
    with at(ravi) as shop:
        for number in range(5):
            follow_ups.create(shop, NewFollowUp(f"Call {number}", TODAY, assigned_to=ravi.staff_id))
    assert summaries(token) == ["Call 0", "Call 1", "Call 2"]


def test_only_the_newest_address_is_good_and_none_once_it_is_ended(ravi):
    first, second = renewed(ravi), renewed(ravi)
    assert first != second
    assert len(second) == 43  # 256 bits
    assert (events(first), events(second)) == (None, [])
    with shop_session(ravi, writes=True) as shop:
        assert calendar_feeds.made_at(shop) is not None
        calendar_feeds.revoke(shop)
        calendar_feeds.revoke(shop)
        assert calendar_feeds.made_at(shop) is None
    assert events(second) is None


def test_of_addresses_that_are_taken_at_once_the_last_is_good(ravi):
    start = Barrier(4)

    def take(_):
        start.wait()
        return renewed(ravi)

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(take, range(4)))
    assert sum(events(token) is not None for token in tokens) == 1


def test_only_its_hash_is_kept(ravi):
    token = renewed(ravi)
    with global_session() as connection:
        kept = connection.execute(select(CalendarFeed).where(CalendarFeed.staff_id == ravi.staff_id)).one()
    assert token.encode() not in kept.token_hash
    assert len(kept.token_hash) == 32


def test_somebody_switched_off_has_no_calendar_and_needs_a_new_address_when_they_are_back(join, ravi):
    token, owner = renewed(ravi), join("owner", ravi.shop)
    for is_active in (False, True):
        with shop_session(owner, writes=True) as shop:
            rights = {"role": "staff", "sells": False, "medical": False, "is_active": is_active}
            people.change_member(shop, ravi.staff_id, name="Ravi", **rights)
        assert events(token) is None
    assert events(renewed(ravi)) == []


def test_one_person_in_two_shops_has_a_calendar_for_each(join, new_shop, at, ravi):
    other = join("owner", new_shop())
    with shop_session(people.keeper(other.shop), writes=True) as shop:
        people.admit(shop, ravi.staff_id, name="Ravi", role="staff")
    there = people.who_is(other.shop, ravi.staff_id)
    here_token, there_token = renewed(ravi), renewed(there)
    with at(ravi) as shop:
        follow_ups.create(shop, NewFollowUp("here", TODAY, assigned_to=ravi.staff_id))
    assert (summaries(here_token), summaries(there_token)) == (["here"], [])


def test_the_address_needs_no_sign_in_and_says_it_is_a_calendar(ravi, ask):
    answer = ask(f"/calendar/{renewed(ravi)}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "set-cookie" not in answer.headers


def test_a_wrong_address_and_one_that_is_over_look_alike(ravi, ask):
    over, good = renewed(ravi), renewed(ravi)
    wrong = [
        f"/calendar/{over}.ics",
        f"/calendar/{'A' * 43}.ics",
        f"/calendar/{good}",
        f"/calendar/{good}.ics/more",
        f"/calendar/{good[:-1]}.ics",
        "/calendar/.ics",
        "/calendar/",
        f"/calendar/{'x' * 3000}.ics",
    ]
    answers = {(answer.status_code, answer.text) for answer in map(ask, wrong)}
    assert answers == {(404, "Not found")}
    assert re.search("VCALENDAR", ask(f"/calendar/{good}.ics").text)


def test_expected_closes_stand_in_the_calendar_of_whose_deals_they_are(join, new_shop, at):
    shop = new_shop(kind="business")
    ravi, sana = (join("staff", shop, name=name, sells=True) for name in ("Ravi Kale", "Sana"))
    with at(keeper(shop)) as opened:
        asha = customers.create(opened, {"name": "Asha"})
        open_stage, won = (
            next(stage["id"] for stage in stages.listed(opened) if stage["outcome"] == outcome)
            for outcome in (None, "won")
        )
        for name, rep, stage in (
            ("Desks", ravi, open_stage), ("Chairs", sana, open_stage), ("Lamps", ravi, won)
        ):  # fmt: skip
            deal = pipeline.NewOpportunity(name, asha, stage, rep_id=rep.staff_id, expected_close_on=date(2026, 12, 1))
            pipeline.create(opened, deal)
    (event,) = events(renewed(ravi))
    assert str(event["summary"]) == "Asha: Expected to close: Desks"
    assert (event["dtstart"].dt, str(event["transp"])) == (date(2026, 12, 1), "TRANSPARENT")
