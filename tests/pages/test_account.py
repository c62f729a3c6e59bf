"""Your own account: a new password needs the current one, and ends the sign-ins on other devices."""

import pytest
from streamlit_authenticator.utilities.hasher import Hasher

from crmcore import calendar_feeds, digests, people, sign_in
from crmcore.database.gate import shop_session
from crmcore.errors import NotSignedIn

CURRENT = "correct horse"


def change(page, hands, current: str, new: str, again: str | None = None):
    again = new if again is None else again
    hands.type(page, **{"Current password": current, "New password": new, "New password once more": again})
    return hands.press(page, "Change password")


def enter(who, password: str) -> str:
    with shop_session(who) as shop:
        login = people.member(shop, who.staff_id).login
    return sign_in.sign_in(login, password, check=Hasher.check_pw, address="here")


def test_a_new_password_ends_the_other_sign_ins_and_keeps_this_one(owner, open_page, hands):
    elsewhere = sign_in.open_session(owner.staff_id, owner.shop.id)
    page = change(open_page("account", owner), hands, CURRENT, "a new and longer one")
    assert not page.exception
    assert "You have a new password" in hands.read(page)
    assert sign_in.who_has(elsewhere) is None
    assert sign_in.who_has(page.session_state["sign_in_token"]) == owner
    assert enter(owner, "a new and longer one")
    with pytest.raises(NotSignedIn):
        enter(owner, CURRENT)


@pytest.mark.parametrize(
    ("current", "new", "again", "refusal"),
    [
        ("not mine", "a new and longer one", None, "The current password is wrong"),
        (CURRENT, "a new and longer one", "a new and longer ome", "The two new passwords differ"),
        (CURRENT, "short", None, "at least 8 characters"),
        (CURRENT, CURRENT, None, "your password already"),
        (CURRENT, "", None, "Type the new password"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_the_password_stays(owner, open_page, hands, current, new, again, refusal):
    page = change(open_page("account", owner), hands, current, new, again)
    assert not page.exception
    assert len(page.error) == 1
    assert refusal in hands.read(page)
    assert enter(owner, CURRENT)


def test_guessing_the_current_password_has_to_wait_in_the_end(owner, open_page, hands):
    page = open_page("account", owner)
    for guess in range(6):
        page = change(page, hands, f"guess {guess}", "a new and longer one")
    assert "Too many tries" in hands.read(page)


def test_every_role_has_an_account_page(join, open_page, hands):
    for role in ("owner", "manager", "staff"):
        page = open_page("account", join(role))
        assert not page.exception
        assert role.capitalize() in hands.read(page)


def test_an_e_mail_address_for_the_morning_is_given_and_taken_back(owner, open_page, hands):
    page = open_page("account", owner)
    assert "no mail server yet" in hands.read(page)
    hands.type(page, **{"Your e-mail address": "meera@home"})
    page = hands.press(page, "Save")
    assert "not an e-mail address" in hands.read(page)
    hands.type(page, **{"Your e-mail address": "Meera@example.org"})
    page = hands.press(page, "Save")
    with shop_session(owner) as shop:
        assert digests.wish_of(shop, owner.staff_id) == digests.Wish("meera@example.org", True)
    page.toggle[0].set_value(False)
    page = hands.press(page, "Save")
    with shop_session(owner) as shop:
        assert digests.wish_of(shop, owner.staff_id) == digests.Wish("meera@example.org", False)


def test_a_calendar_address_is_shown_once_renewed_and_ended(owner, open_page, hands):
    def shown(page):
        return [code.value for code in page.code]

    def leads_somewhere(address):
        return calendar_feeds.of_token(address.rpartition("/")[2].removesuffix(".ics")) is not None

    page = hands.press(open_page("account", owner), "Make a calendar address")
    (first,) = shown(page)
    assert leads_somewhere(first)
    page = page.run()
    assert shown(page) == []
    page = hands.press(page, "Make a new address")
    (second,) = shown(page)
    assert (leads_somewhere(first), leads_somewhere(second)) == (False, True)
    page = hands.press(page, "End this address")
    assert shown(page) == []
    assert not leads_somewhere(second)
    assert "Make a calendar address" in [button.label for button in page.button]
