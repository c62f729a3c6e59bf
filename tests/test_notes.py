"""Notes about customers: pinned, changed, removed; and whom they name with @."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from crmcore import customer_timeline, customers, notes, people
from crmcore.database.gate import keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.mentions import mentioned
from crmcore.models import Notification
from crmcore.notes import NewNote


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha"})


@pytest.fixture
def join(shop):
    """Adds people to the team: join("Ravi Kale", login="ravi@counter", role="staff") gives the id."""

    def add(name, login=None, role="staff"):
        login = f"{login or 'm'}-{new_id().hex[-12:]}"
        return people.add_member(shop, people.NewMember(login, name, role, "a long password 9"))

    return add


@pytest.fixture
def as_person(shop, monkeypatch):
    """From here on the gate is this person's: as_person(staff_id, role="staff")."""

    def become(staff_id, role="staff", name="Somebody"):
        monkeypatch.setattr(shop, "who", replace(shop.who, staff_id=staff_id, role=role, name=name))

    return become


def switch_off(shop, staff_id, name):
    people.change_member(shop, staff_id, name=name, role="staff", sells=False, medical=False, is_active=False)


def login_of(shop, staff_id):
    return people.member(shop, staff_id).login


def told(shop, staff_id):
    query = select(Notification.what, Notification.body, Notification.customer_id)
    return shop.execute(query.where(Notification.shop_id == shop.id, Notification.staff_id == staff_id)).all()


def bodies(rows):
    return [row["body"] for row in rows]


def test_pinned_notes_stand_first_and_the_others_newest_first(shop, asha):
    for body in ("one", "two", "three"):
        notes.add(shop, asha, NewNote(body, is_pinned=body == "one"))
    assert bodies(notes.of_customer(shop, asha)) == ["one", "three", "two"]
    assert bodies(notes.pinned(shop, asha)) == ["one"]
    assert bodies(notes.of_customer(shop, asha, limit=1, offset=1)) == ["three"]
    [row] = notes.pinned(shop, asha)
    notes.unpin(shop, row["id"])
    notes.unpin(shop, row["id"])
    notes.pin(shop, notes.of_customer(shop, asha)[0]["id"])
    assert bodies(notes.pinned(shop, asha)) == ["three"]
    titles = [line.title for line in customer_timeline.of_customer(shop, asha, "talk").lines]
    assert titles == ["Note pinned", "Note no longer pinned", "Note: three", "Note: two", "Note: one"]


def test_a_note_is_changed_and_removed_and_the_timeline_tells(shop, asha):
    note_id = notes.add(shop, asha, NewNote("Likes tea", kind="preference"))
    before = notes.of_customer(shop, asha)[0]
    notes.change(shop, note_id, NewNote("Likes coffee", kind="preference"), seen_at=before["updated_at"])
    [changed, noted, _] = customer_timeline.of_customer(shop, asha).lines
    assert (changed.title, changed.details) == ("Note changed", ("Note: Likes tea → Likes coffee",))
    assert (noted.title, noted.details) == ("Preference: Likes coffee", ())
    long = "Likes coffee. " * 10
    notes.change(shop, note_id, NewNote(long))
    [_, _, noted, _] = customer_timeline.of_customer(shop, asha).lines
    assert noted.title == "Note: Likes coffee. Likes coffee. Likes coffee. Likes coffee. Lik…"
    assert noted.details == (long.strip(),)
    notes.change(shop, note_id, NewNote("Likes coffee"))
    notes.remove(shop, note_id)
    assert notes.of_customer(shop, asha) == []
    [removed, *_, noted, _] = customer_timeline.of_customer(shop, asha).lines
    assert noted.title == "Preference: Likes tea"
    assert (removed.title, removed.details) == ("Note removed", ("Likes coffee",))
    with pytest.raises(NotFound):
        notes.pin(shop, note_id)


def test_complaints_and_important_notes_are_important_lines(shop, asha):
    for kind in notes.KINDS:
        notes.add(shop, asha, NewNote(kind, kind=kind))
    important = customer_timeline.of_customer(shop, asha, "important").lines
    assert [line.title for line in important] == ["Important: important", "Complaint: complaint"]


def test_pressing_save_twice_adds_one_note_and_tells_once(shop, asha, join):
    ravi = join("Ravi Kale")
    new = NewNote("@Ravi look", id=new_id())
    assert notes.add(shop, asha, new) == notes.add(shop, asha, new)
    assert (len(notes.of_customer(shop, asha)), len(told(shop, ravi))) == (1, 1)


@pytest.mark.parametrize(
    ("new", "field", "words"),
    [
        (NewNote("  "), "body", "first"),
        (NewNote("x" * 10_001), "body", "10,000"),
        (NewNote("x", kind="secret"), "kind", "important"),
        (NewNote("x", mentions=[new_id()]), "mentioned", "not in your team"),
    ],
)
def test_a_note_that_can_not_be_is_refused(shop, asha, new, field, words):
    with pytest.raises(BadInput, match=words) as refused:
        notes.add(shop, asha, new)
    assert refused.value.field == field


def test_a_note_about_a_hidden_or_another_shops_customer_is_refused(shop, asha, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other, pytest.raises(NotFound):
        notes.add(other, asha, NewNote("x"))
    customers.hide(shop, asha)
    with pytest.raises(BadInput, match="hidden"):
        notes.add(shop, asha, NewNote("x"))


def test_what_others_wrote_is_changed_by_managers_alone_and_pinned_by_everybody(shop, asha, join, as_person):
    ravi, zoya = join("Ravi Kale"), join("Zoya Naik")
    as_person(ravi)
    note_id = notes.add(shop, asha, NewNote("Likes tea"))
    as_person(zoya)
    with pytest.raises(NotAllowed):
        notes.change(shop, note_id, NewNote("Likes milk"))
    with pytest.raises(NotAllowed):
        notes.remove(shop, note_id)
    notes.pin(shop, note_id)
    as_person(zoya, role="manager")
    notes.change(shop, note_id, NewNote("Likes chai", is_pinned=True))
    [row] = notes.pinned(shop, asha)
    assert (row["body"], row["written_by"], row["updated_by"]) == ("Likes chai", "Ravi Kale", zoya)


def test_a_stale_change_is_told_and_overwrites_nothing(shop, asha):
    note_id = notes.add(shop, asha, NewNote("one"))
    seen_at = notes.of_customer(shop, asha)[0]["updated_at"]
    with pytest.raises(Conflict, match="meanwhile"):
        notes.change(shop, note_id, NewNote("two"), seen_at=seen_at.replace(microsecond=1))
    assert bodies(notes.of_customer(shop, asha)) == ["one"]


# Naming people with @


def test_who_is_named_is_told_once_and_nobody_of_their_own_note(shop, asha, join, as_person):
    ravi, zoya = join("Ravi Kale"), join("Zoya Naik")
    as_person(zoya, name="Zoya Naik")
    note_id = notes.add(shop, asha, NewNote("@Ravi Kale and @zoya: call her. @ravi kale!", mentions=[ravi]))
    assert told(shop, ravi) == [("mentioned", "About Asha: @Ravi Kale and @zoya: call her. @ravi kale!", asha)]
    assert told(shop, zoya) == []
    notes.change(shop, note_id, NewNote("@Ravi Kale: call her today"))
    assert len(told(shop, ravi)) == 1
    assert notes.of_customer(shop, asha)[0]["mentioned"] == [ravi]


def test_people_are_named_by_name_by_part_of_it_or_by_sign_in_name(shop, join):
    ravi, asha = join("Ravi Kale", login="rk"), join("Asha Rao-Mehta")
    named = {
        "@Ravi Kale": [ravi],
        "please @RAVI, call": [ravi],
        "(@asha rao-mehta)": [asha],
        "@Asha and @ravi": [asha, ravi],
        f"@{login_of(shop, ravi)}.": [ravi],
        "@nobody knows": [],
        "ravi@example.org": [],
        "no at all": [],
        "@ Ravi": [],
        "first\n@Asha’s turn": [asha],
    }
    assert {text: mentioned(shop, text) for text in named} == named


def test_a_name_that_several_people_share_asks_which(shop, join):
    kale, shah = join("Ravi Kale"), join("Ravi Shah")
    assert mentioned(shop, "@Ravi Shah") == [shah]
    with pytest.raises(BadInput, match="Ravi Kale or Ravi Shah"):
        mentioned(shop, "@Ravi, please")
    switch_off(shop, shah, "Ravi Shah")
    assert mentioned(shop, "@Ravi, please") == [kale]


def test_the_whole_name_wins_over_the_beginning_of_a_longer_one(shop, join):
    asha = join("Asha")
    join("Asha Rao")
    assert mentioned(shop, "@Asha said so") == [asha]


def test_somebody_whose_account_is_off_is_not_named_anew(shop, asha, join):
    ravi = join("Ravi Kale")
    note_id = notes.add(shop, asha, NewNote("@Ravi Kale look"))
    switch_off(shop, ravi, "Ravi Kale")
    for new in (NewNote("@Ravi Kale"), NewNote("x", mentions=[ravi])):
        with pytest.raises(BadInput, match="switched off"):
            notes.add(shop, asha, new)
    notes.change(shop, note_id, NewNote("@Ravi Kale look again", mentions=[ravi]))
    assert len(told(shop, ravi)) == 1


def test_people_of_another_shop_are_not_named(shop, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other:
        theirs = people.add_member(
            other, people.NewMember(f"t-{new_id().hex[-8:]}", "Theirs Only", "staff", "a long password 9")
        )
    assert mentioned(shop, "@Theirs Only") == []
    with pytest.raises(BadInput, match="not in your team"):
        mentioned(shop, "x", [theirs])
