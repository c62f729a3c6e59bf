"""The team: who may look, who may change it, and what a change does at once."""

import pytest
from streamlit_authenticator.utilities.hasher import Hasher

from crmcore import people, sign_in
from crmcore.database.gate import shop_session


def test_the_owner_adds_a_person_who_can_sign_in_right_away(owner, open_page, hands):
    page = open_page("member", owner)
    hands.type(page, Name="Ravi Kale", **{"Sign-in name": f"Ravi-{owner.shop.slug}", "First password": "chai at eight"})
    page = hands.press(page, "Add to the team")
    assert not page.exception
    assert "Ravi Kale" in hands.read(page)
    with shop_session(owner) as shop:
        added = next(member for member in people.members(shop) if member.name == "Ravi Kale")
    assert (added.login, added.role, added.sells, added.medical) == (f"ravi-{owner.shop.slug}", "staff", True, False)
    assert sign_in.sign_in(added.login, "chai at eight", check=Hasher.check_pw, address="here")


def test_a_password_too_short_is_refused_in_one_sentence_and_nobody_is_added(owner, open_page, hands):
    page = open_page("member", owner)
    hands.type(page, Name="Ravi", **{"Sign-in name": "ravi", "First password": "short"})
    page = hands.press(page, "Add to the team")
    assert [error.value for error in page.error] == [r"A password needs at least 8 characters\."]
    with shop_session(owner) as shop:
        assert len(people.members(shop)) == 1


def test_a_name_with_markdown_in_it_is_shown_as_it_is(owner, join, open_page, hands):
    join("staff", owner.shop, name="*Asha* [x](http://evil.example)")
    page = open_page("team", owner)
    assert any(r"\*Asha\* \[x\]" in line.value for line in page.markdown)


def test_a_manager_looks_at_the_team_but_changes_nothing(join, open_page, hands):
    manager = join("manager")
    page = open_page("team", manager)
    assert "Only an owner can change the team" in hands.read(page)
    assert not page.button
    assert "not part of your account" in hands.read(open_page("member", manager))


def test_the_owner_gives_someone_another_role(owner, join, open_page, hands):
    ravi = join("staff", owner.shop, name="Ravi Kale")
    page = open_page("member", owner, id=ravi.staff_id)
    page.radio[0].set_value("manager")
    page.toggle[1].set_value(True)
    page = hands.press(page, "Save changes")
    assert not page.exception
    with shop_session(owner) as shop:
        changed = people.member(shop, ravi.staff_id)
    assert (changed.role, changed.medical) == ("manager", True)


def test_switching_an_account_off_signs_the_person_out_at_once(owner, join, open_page, hands):
    ravi = join("staff", owner.shop, name="Ravi Kale")
    token = sign_in.open_session(ravi.staff_id, owner.shop.id)
    page = hands.press(open_page("member", owner, id=ravi.staff_id), "Switch off")
    assert not page.exception
    assert sign_in.who_has(token) is None
    page = hands.press(page, "Switch on")
    assert people.who_is(owner.shop, ravi.staff_id) is not None


def test_a_new_password_from_the_owner_ends_the_persons_sign_ins(owner, join, open_page, hands):
    ravi = join("staff", owner.shop, name="Ravi Kale")
    token = sign_in.open_session(ravi.staff_id, owner.shop.id)
    page = open_page("member", owner, id=ravi.staff_id)
    hands.type(page, **{"New password": "another one 9"})
    page = hands.press(page, "Set this password")
    assert not page.exception
    assert sign_in.who_has(token) is None


def test_the_only_owner_stays_an_owner(owner, open_page, hands):
    page = open_page("member", owner, id=owner.staff_id)
    page.radio[0].set_value("staff")
    page = hands.press(page, "Save changes")
    assert "only owner" in hands.read(page)
    assert people.who_is(owner.shop, owner.staff_id).role == "owner"


@pytest.mark.parametrize("asked", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_a_person_who_is_not_in_the_team_is_one_sentence(owner, open_page, asked, hands):
    page = open_page("member", owner, id=asked)
    assert not page.exception
    assert "not in your team" in hands.read(page)


def test_a_person_of_another_shop_can_not_be_opened(owner, join, open_page, hands):
    stranger = join("staff", name="Kofi Mensah")
    page = open_page("member", owner, id=stranger.staff_id)
    assert "Kofi" not in hands.read(page)


def test_someone_who_came_with_a_file_is_given_a_sign_in(owner, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        moses = people.add_without_sign_in(shop, "Moses Frase")
    assert "Can’t sign in yet" in hands.read(open_page("team", owner))
    page = open_page("member", owner, id=moses)
    hands.type(page, **{"Sign-in name": f"Moses-{owner.shop.slug}", "First password": "chai at eight"})
    page = hands.press(page, "Let them sign in")
    assert not page.exception
    assert sign_in.sign_in(f"moses-{owner.shop.slug}", "chai at eight", check=Hasher.check_pw, address="here")
