"""Reviews: asked for, given, corrected; how a customer's look; and the message that asks."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from conftest import NOW
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from crmcore import customer_timeline, customers, people, phones, reviews
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.messages import consent, outbox, preparing
from crmcore.messages.purposes import REVIEW
from crmcore.models import Review, Visit
from crmcore.reviews import Given


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha", "phone": "98811 20456"})


def a_visit(shop, customer_id):
    visit = {"shop_id": shop.id, "id": new_id(), "customer_id": customer_id}
    shop.execute(insert(Visit).values(**visit, visited_at=shop.now, visited_on=shop.today))
    return visit["id"]


def lines(shop, customer_id):
    return [(line.title, line.details) for line in customer_timeline.of_customer(shop, customer_id, "talk").lines]


def test_a_request_is_answered_by_the_review_that_comes(shop, asha):
    visit_id = a_visit(shop, asha)
    asked = reviews.ask(shop, asha, "whatsapp", visit_id=visit_id)
    assert reviews.summary(shop, asha) == reviews.Summary(1, 0, None, NOW)
    assert reviews.give(shop, asha, Given(4, "Friendly, a bit slow")) == asked
    [row] = reviews.of_customer(shop, asha)
    assert (row["channel"], row["visit_id"], row["requested_on"]) == ("whatsapp", visit_id, shop.today)
    assert (row["rating"], row["review"], row["given_on"]) == (4, "Friendly, a bit slow", shop.today)
    assert reviews.summary(shop, asha) == reviews.Summary(1, 1, Decimal(4), None)
    assert lines(shop, asha) == [
        ("Gave 4 of 5 stars", ("“Friendly, a bit slow”",)),
        ("Asked for a review by WhatsApp", ()),
    ]


def test_a_review_may_come_without_being_asked_for_and_the_average_is_theirs(shop, asha):
    for rating in (5, 2):
        reviews.give(shop, asha, Given(rating))
    reviews.give(shop, customers.create(shop, {"name": "Bilal"}), Given(1))
    assert [row["rating"] for row in reviews.of_customer(shop, asha)] == [2, 5]
    assert reviews.summary(shop, asha) == reviews.Summary(0, 2, Decimal("3.5"), None)
    important = customer_timeline.of_customer(shop, asha, "important").lines
    assert [line.title for line in important] == ["Gave 2 of 5 stars"]


def test_a_review_from_before_the_request_does_not_answer_it(shop, asha):
    reviews.ask(shop, asha, "call")
    reviews.give(shop, asha, Given(3, given_at=NOW - timedelta(days=9)))
    assert reviews.summary(shop, asha) == reviews.Summary(1, 1, Decimal(3), NOW)


def test_a_request_that_is_open_is_told_and_not_doubled(shop, asha):
    reviews.ask(shop, asha, "sms")
    with pytest.raises(Conflict, match="asked for on 20 November 2026"):
        reviews.ask(shop, asha, "email")
    reviews.give(shop, asha, Given(5))
    reviews.ask(shop, asha, "email")
    assert reviews.summary(shop, asha).requested == 2


def test_two_people_asking_at_once_ask_once(who):
    with shop_session(who, writes=True) as shop:
        asha = customers.create(shop, {"name": "Asha"})
    together = Barrier(4)

    def ask(_):
        together.wait(60)
        try:
            with shop_session(who, writes=True) as shop:
                reviews.ask(shop, asha, "sms")
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(4) as at_once:
        assert sum(at_once.map(ask, range(4))) == 1
    with shop_session(who) as shop:
        assert reviews.summary(shop, asha).requested == 1


@pytest.mark.parametrize("rating", [0, 6, -1, 4.5, None])
def test_a_rating_is_one_to_five_whole_stars(shop, asha, rating):
    with pytest.raises(BadInput, match="1 to 5 whole stars") as refused:
        reviews.give(shop, asha, Given(rating))
    assert refused.value.field == "rating"
    assert reviews.of_customer(shop, asha) == []


@pytest.mark.parametrize("rating", [0, 6])
def test_the_database_refuses_another_rating_too(shop, asha, rating):
    row = {"shop_id": shop.id, "id": new_id(), "customer_id": asha, "given_at": NOW, "given_on": shop.today}
    with pytest.raises(IntegrityError, match="reviews_rating_range"), shop.connection.begin_nested():
        shop.execute(insert(Review).values(**row, rating=rating))


def test_what_can_not_be_is_refused(shop, asha, new_shop):
    with pytest.raises(BadInput, match="no way to ask"):
        reviews.ask(shop, asha, "pigeon")
    with pytest.raises(BadInput, match="future"):
        reviews.give(shop, asha, Given(5, given_at=NOW + timedelta(days=1)))
    with pytest.raises(NotFound, match="visit"):
        reviews.ask(shop, asha, "call", visit_id=a_visit(shop, customers.create(shop, {"name": "Bilal"})))
    with shop_session(keeper(new_shop()), writes=True) as other:
        with pytest.raises(NotFound):
            reviews.give(other, asha, Given(5))
        assert reviews.of_customer(other, asha) == []
        assert reviews.summary(other, asha).given == 0
    customers.hide(shop, asha)
    with pytest.raises(BadInput, match="hidden"):
        reviews.ask(shop, asha, "call")


def test_a_review_is_corrected_and_says_what_it_was(shop, asha):
    review_id = reviews.give(shop, asha, Given(1, "Bad"))
    reviews.change(shop, review_id, Given(5, "Good"))
    [row] = reviews.of_customer(shop, asha)
    assert (row["rating"], row["review"], row["given_at"]) == (5, "Good", NOW)
    assert lines(shop, asha)[0] == ("Review changed", ("Stars: 1 → 5", "Words: Bad → Good"))
    assert lines(shop, asha)[1] == ("Gave 5 of 5 stars", ("“Good”",))
    with pytest.raises(Conflict, match="meanwhile"):
        reviews.change(shop, review_id, Given(2), seen_at=NOW - timedelta(seconds=1))
    with pytest.raises(BadInput, match="not given yet"):
        reviews.change(shop, reviews.ask(shop, asha, "call"), Given(2))


def test_a_request_by_mistake_is_withdrawn(shop, asha):
    reviews.remove(shop, reviews.ask(shop, asha, "sms"))
    assert reviews.of_customer(shop, asha) == []
    assert lines(shop, asha)[0] == ("Request for a review withdrawn", ())


def test_who_wrote_a_review_down_may_correct_it_though_another_asked(shop, asha, monkeypatch):
    def become(staff_id, role="staff"):
        monkeypatch.setattr(shop, "who", replace(shop.who, staff_id=staff_id, role=role))

    join = people.NewMember("", "Somebody", "staff", "a long password 9")
    ravi, zoya, mia = (
        people.add_member(shop, replace(join, login=f"m-{new_id().hex[-12:]}")) for _ in range(3)
    )
    become(ravi)
    review_id = reviews.ask(shop, asha, "call")
    become(zoya)
    reviews.give(shop, asha, Given(2))
    reviews.change(shop, review_id, Given(3))
    become(mia)
    with pytest.raises(NotAllowed):
        reviews.change(shop, review_id, Given(1))
    become(mia, "manager")
    reviews.remove(shop, review_id)


# By message


def test_a_message_that_asks_for_a_review_is_a_request_once_it_has_gone(shop, asha):
    consent.record_all(shop, asha, ["whatsapp"], [consent.MARKETING], consent.ACCEPTED, "Told us at the counter")
    message_id = preparing.prepare(shop, asha, REVIEW)
    assert reviews.summary(shop, asha).requested == 0
    outbox.mark_sent(shop, message_id)
    outbox.mark_sent(shop, message_id)
    assert reviews.summary(shop, asha) == reviews.Summary(1, 0, None, NOW)
    assert [row["channel"] for row in reviews.of_customer(shop, asha)] == ["whatsapp"]
    with pytest.raises(Conflict):
        reviews.ask(shop, asha, "call")


def test_a_message_after_a_request_that_is_open_asks_no_second_time(shop, asha):
    consent.record_all(shop, asha, ["whatsapp"], [consent.MARKETING], consent.ACCEPTED, "Told us at the counter")
    reviews.ask(shop, asha, "call")
    outbox.mark_sent(shop, preparing.prepare(shop, asha, REVIEW))
    assert reviews.summary(shop, asha).requested == 1


def test_a_chat_opens_with_the_words_ready():
    address = phones.chat_address("+919881120456", "Hello Asha & all, 5 of 5?")
    assert address == "https://wa.me/919881120456?text=Hello%20Asha%20%26%20all%2C%205%20of%205%3F"
