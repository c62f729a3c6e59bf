"""Signing in: passwords, tokens, waiting, several shops, and what ends a session."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import bcrypt
import pytest
from sqlalchemy import func, select

from crmcore import people, sign_in
from crmcore.database.gate import Shop, Who, global_session, keeper, shop_session
from crmcore.errors import BadInput, NotAllowed, NotSignedIn, TooManyTries
from crmcore.models import SignInFailure, SignInSession

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PASSWORD = "harbour-lamp-7"


def check(password: str, stored: str) -> bool:
    return bcrypt.checkpw(password.encode(), stored.encode())


@pytest.fixture
def address() -> str:
    """An address no other test comes from."""
    return f"192.0.2.{uuid4()}"


@pytest.fixture
def asha(who: Who) -> Iterator[Who]:
    """A manager with a sign-in of her own."""
    login = f"asha-{uuid4().hex[:8]}"
    with shop_session(who, writes=True) as shop:
        staff_id = people.add_member(shop, people.NewMember(login, "Asha", "manager", PASSWORD, sells=True))
    found = people.who_is(who.shop, staff_id)
    assert found is not None
    yield found


def login_of(who: Who) -> str:
    with shop_session(keeper(who.shop)) as shop:
        return next(member.login for member in people.members(shop) if member.staff_id == who.staff_id)


def enter(who: Who, address: str, password: str = PASSWORD, **more: object) -> str:
    return sign_in.sign_in(login_of(who), password, check=check, address=address, **more)


def test_the_right_password_gives_a_token_that_says_who_one_is(asha: Who, address: str) -> None:
    token = enter(asha, address)
    assert sign_in.who_has(token) == asha
    assert asha.role == "manager" and asha.sells and asha.name == "Asha"


def test_the_database_holds_the_hash_of_a_token_and_not_the_token(asha: Who, address: str) -> None:
    token = enter(asha, address)
    with global_session() as connection:
        of_asha = select(SignInSession.token_hash).where(SignInSession.staff_id == asha.staff_id)
        stored = connection.scalars(of_asha).all()
    assert stored == [sign_in.token_hash(token)]
    assert token.encode() not in stored[0] and len(stored[0]) == 32


def test_capitals_and_blanks_around_a_sign_in_name_do_not_matter(asha: Who, address: str) -> None:
    name = f"  {login_of(asha).upper()} "
    assert sign_in.sign_in(name, PASSWORD, check=check, address=address)


@pytest.mark.parametrize("password", ["wrong-password", "", "x" * 73, "nul\0byte", "é" * 40, PASSWORD + " "])
def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_name(
    asha: Who, address: str, password: str
) -> None:
    with pytest.raises(NotSignedIn) as wrong:
        enter(asha, address, password)
    with pytest.raises(NotSignedIn) as unknown:
        sign_in.sign_in(f"nobody-{uuid4()}", password, check=check, address=address)
    assert str(wrong.value) == str(unknown.value) == sign_in.WRONG


def test_an_unknown_name_has_its_password_checked_all_the_same(address: str) -> None:
    checked: list[str] = []

    def noted(password: str, stored: str) -> bool:
        checked.append(stored)
        return True  # even a hash that fits by accident signs nobody in

    with pytest.raises(NotSignedIn):
        sign_in.sign_in(f"nobody-{uuid4()}", PASSWORD, check=noted, address=address)
    assert checked == [sign_in.nobodys_hash()]
    assert bcrypt.checkpw(b"", sign_in.nobodys_hash().encode()) is False


def test_a_made_up_token_belongs_to_nobody() -> None:
    assert sign_in.who_has("") is None
    assert sign_in.who_has("x" * 43) is None
    assert sign_in.who_has("\0' or true --") is None


def test_a_session_ends_twelve_hours_after_its_last_use(asha: Who, address: str) -> None:
    token = enter(asha, address, now=NOON)
    assert sign_in.who_has(token, now=NOON + timedelta(hours=11))
    assert sign_in.who_has(token, now=NOON + timedelta(hours=22))
    assert sign_in.who_has(token, now=NOON + timedelta(hours=34)) is None


def test_a_kept_session_ends_thirty_days_after_its_last_use(asha: Who, address: str) -> None:
    token = enter(asha, address, keep=True, now=NOON)
    assert sign_in.who_has(token, now=NOON + timedelta(days=29))
    assert sign_in.who_has(token, now=NOON + timedelta(days=58))
    assert sign_in.who_has(token, now=NOON + timedelta(days=89)) is None


def test_sign_out_ends_this_session_and_no_other(asha: Who, address: str) -> None:
    here, there = enter(asha, address), enter(asha, address)
    sign_in.sign_out(here)
    assert sign_in.who_has(here) is None
    assert sign_in.who_has(there) == asha
    sign_in.sign_out(here)


def test_a_new_password_ends_all_sessions_but_the_one_that_set_it(asha: Who, address: str) -> None:
    here, there = enter(asha, address), enter(asha, address)
    with shop_session(asha, writes=True) as shop:
        people.set_password(shop, asha.staff_id, "another-lamp-8", keep=sign_in.token_hash(here))
    assert sign_in.who_has(here) == asha
    assert sign_in.who_has(there) is None
    with pytest.raises(NotSignedIn):
        enter(asha, address)
    assert enter(asha, address, "another-lamp-8")


def switched(who: Who, keeper_of_shop: Who, **changes: object) -> None:
    with shop_session(keeper_of_shop, writes=True) as shop:
        fields = {"name": who.name, "role": who.role, "sells": who.sells, "medical": who.medical, "is_active": True}
        people.change_member(shop, who.staff_id, **{**fields, **changes})


def test_switching_an_account_off_ends_its_sessions_and_refuses_new_ones(asha: Who, who: Who, address: str) -> None:
    token = enter(asha, address)
    switched(asha, who, is_active=False)
    assert sign_in.who_has(token) is None
    with pytest.raises(NotSignedIn, match="switched off"):
        enter(asha, address)
    switched(asha, who, is_active=True)
    assert sign_in.who_has(token) is None
    assert enter(asha, address)


def test_a_change_of_role_holds_from_the_next_page_on(asha: Who, who: Who, address: str) -> None:
    token = enter(asha, address)
    switched(asha, who, role="staff", sells=False)
    now = sign_in.who_has(token)
    assert now is not None and now.role == "staff" and not now.sells and not now.may("see figures")


def fail(who: Who, address: str, times: int, moment: datetime) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            sign_in.sign_in(login_of(who), "wrong", check=lambda *_: False, address=address, now=moment)


def waits(who: Who, address: str, moment: datetime) -> int:
    with pytest.raises(TooManyTries) as told:
        sign_in.sign_in(login_of(who), PASSWORD, check=check, address=address, now=moment)
    return told.value.seconds


def test_after_five_wrong_passwords_each_try_waits_longer_and_never_for_good(asha: Who, address: str) -> None:
    moment = NOON
    fail(asha, address, 5, moment)
    seen = []
    for _ in range(9):
        seen.append(waits(asha, address, moment))
        moment += timedelta(seconds=seen[-1])
        fail(asha, address, 1, moment)
    assert seen == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert enter(asha, address, now=moment + timedelta(seconds=60))


def test_waiting_is_told_in_one_sentence() -> None:
    assert str(TooManyTries(0.2)) == "Too many tries. Wait 1 second and try again."
    assert str(TooManyTries(41)) == "Too many tries. Wait 41 seconds and try again."
    assert str(TooManyTries(290)) == "Too many tries. Wait 5 minutes and try again."


def test_waiting_does_not_look_at_the_password(asha: Who, address: str) -> None:
    fail(asha, address, 5, NOON)
    looked: list[str] = []
    with pytest.raises(TooManyTries):
        sign_in.sign_in(
            login_of(asha), PASSWORD, check=lambda typed, _: bool(looked.append(typed)), address=address, now=NOON
        )
    assert looked == []


def test_the_right_password_forgets_the_wrong_ones(asha: Who, address: str) -> None:
    fail(asha, address, 4, NOON)
    enter(asha, address, now=NOON)
    fail(asha, address, 4, NOON)
    assert enter(asha, address, now=NOON)


def test_a_day_of_peace_forgets_everything(asha: Who, address: str) -> None:
    fail(asha, address, 5, NOON)
    tomorrow = NOON + timedelta(days=1, seconds=1)
    fail(asha, address, 4, tomorrow)
    assert enter(asha, address, now=tomorrow)


def test_one_address_trying_many_names_has_to_wait(asha: Who, address: str) -> None:
    for number in range(30):
        with pytest.raises(NotSignedIn):
            sign_in.sign_in(f"n{number}-{uuid4()}", "x", check=lambda *_: False, address=address, now=NOON)
    assert waits(asha, address, NOON) == 1
    assert enter(asha, f"{address}-elsewhere", now=NOON)


def test_people_behind_one_address_who_sign_in_rightly_never_wait(asha: Who, address: str) -> None:
    for _ in range(35):
        sign_in.sign_in(login_of(asha), PASSWORD, check=lambda *_: True, address=address, now=NOON)


def test_many_tries_at_the_same_moment_count_as_many(asha: Who, address: str) -> None:
    def one(_: int) -> str:
        try:
            sign_in.sign_in(login, "wrong", check=lambda *_: False, address=address, now=NOON)
        except (NotSignedIn, TooManyTries) as error:
            return type(error).__name__
        return "in"

    login = login_of(asha)
    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(crowd.map(one, range(24)))
    assert outcomes.count("NotSignedIn") == 5
    assert outcomes.count("TooManyTries") == 19


def test_a_password_typed_in_place_of_the_name_is_not_kept(address: str) -> None:
    with pytest.raises(NotSignedIn):
        sign_in.sign_in("My-Secret-99", "x", check=lambda *_: False, address=address)
    with global_session() as connection:
        kept = connection.scalars(select(SignInFailure.who)).all()
    assert not any("secret" in key.lower() or address in key for key in kept)


def test_expired_sessions_and_old_failures_are_cleared_away(asha: Who, address: str) -> None:
    token = enter(asha, address, now=NOON - timedelta(days=3))
    fail(asha, address, 1, NOON - timedelta(days=2))
    sign_in.purge(now=NOON)
    with global_session() as connection:
        sessions = select(func.count()).where(SignInSession.token_hash == sign_in.token_hash(token))
        assert connection.scalar(sessions) == 0
        old = select(func.count()).where(SignInFailure.last_failed_at < NOON - timedelta(days=1))
        assert connection.scalar(old) == 0


def test_a_typo_now_and_then_never_locks_an_address(asha: Who, address: str) -> None:
    morning = NOON
    for _ in range(60):
        fail(asha, address, 1, morning)
        enter(asha, address, now=morning + timedelta(seconds=20))
        morning += timedelta(hours=23)
    for _ in range(4):
        fail_at_once = f"n-{uuid4()}"
        with pytest.raises(NotSignedIn):
            sign_in.sign_in(fail_at_once, "x", check=lambda *_: False, address=address, now=morning)
        assert enter(asha, address, now=morning)


def test_every_ten_minutes_of_peace_forgive_one_failure(asha: Who, address: str) -> None:
    fail(asha, address, 5, NOON)
    assert waits(asha, address, NOON) == 1
    fail(asha, address, 1, NOON + timedelta(minutes=10))
    assert waits(asha, address, NOON + timedelta(minutes=10)) == 1


def test_a_right_password_does_not_make_the_next_one_at_this_address_wait(asha: Who, address: str) -> None:
    for number in range(31):
        with pytest.raises(NotSignedIn):
            name = f"n{number}-{uuid4()}"
            moment = NOON + timedelta(seconds=number)
            sign_in.sign_in(name, "x", check=lambda *_: False, address=address, now=moment)
    later = NOON + timedelta(minutes=2)
    for _ in range(5):
        assert enter(asha, address, now=later)


def test_nobody_can_keep_a_named_person_out(asha: Who, address: str) -> None:
    for second in range(200):
        moment = NOON + timedelta(seconds=second)
        fail(asha, f"{address}-{second}", 1, moment)
        if second % 20 == 0:
            assert enter(asha, f"{address}-of-asha", now=moment)
    fail(asha, f"{address}-of-asha", 1, moment)
    assert enter(asha, f"{address}-of-asha", now=moment), "one typo is nothing"


def test_while_very_many_addresses_try_a_name_each_has_fewer_tries(asha: Who, address: str) -> None:
    for number in range(50):
        fail(asha, f"{address}-{number}", 1, NOON)
    fail(asha, address, 2, NOON)
    assert waits(asha, address, NOON) == 1


def test_all_addresses_of_one_line_count_as_one(asha: Who) -> None:
    line = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    for number in range(1, 6):
        fail(asha, f"{line}::{number}", 1, NOON)
    assert waits(asha, f"{line}:ffff::9", NOON) == 1


def test_in_a_browser_one_has_signed_in_with_before_strangers_at_the_same_address_do_no_harm(
    asha: Who, address: str
) -> None:
    mark = sign_in.mark_of(login_of(asha))
    fail(asha, address, 5, NOON)
    for number in range(30):
        with contextlib.suppress(NotSignedIn, TooManyTries):
            sign_in.sign_in(f"n{number}-{uuid4()}", "x", check=lambda *_: False, address=address, now=NOON)
    waits(asha, address, NOON)
    assert enter(asha, address, now=NOON, mark=mark)


def test_a_mark_signs_nobody_in_and_guesses_with_it_have_to_wait_too(asha: Who, address: str) -> None:
    mark = sign_in.mark_of(login_of(asha))
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            enter(asha, address, "wrong", mark=mark, now=NOON)
    with pytest.raises(TooManyTries):
        enter(asha, address, mark=mark, now=NOON)
    assert enter(asha, address, now=NOON), "who has no mark is counted apart"
    with shop_session(keeper(asha.shop), writes=True) as shop:
        people.set_password(shop, asha.staff_id, "another-lamp-8")
    assert sign_in.mark_of(login_of(asha)) != mark
    assert sign_in.mark_of(f"nobody-{uuid4()}") == ""


def test_strangers_do_not_keep_one_from_being_asked_again(asha: Who, address: str) -> None:
    token = enter(asha, address, now=NOON)
    fail(asha, address, 5, NOON)
    sign_in.ask_again(token, PASSWORD, check=check, now=NOON)


def test_guessing_when_asked_again_has_to_wait_also_in_another_shop(asha: Who, second_shop: Shop, address: str) -> None:
    token = enter(asha, address, now=NOON)
    for _ in range(5):
        with pytest.raises(BadInput):
            sign_in.ask_again(token, "wrong", check=check, now=NOON)
    moved, _ = sign_in.switch_shop(token, asha.shop.id, now=NOON)
    with pytest.raises(TooManyTries):
        sign_in.ask_again(moved, PASSWORD, check=check, now=NOON)
    with pytest.raises(NotSignedIn):
        sign_in.ask_again(token, PASSWORD, check=check, now=NOON)


@pytest.mark.parametrize("name", ["a\0b", "\ud800x", "", "a", "ä" * 50, "x" * 5000])
def test_a_name_nobody_can_have_is_an_unknown_name(name: str, address: str) -> None:
    with pytest.raises(NotSignedIn) as refusal:
        sign_in.sign_in(name, PASSWORD, check=check, address=address)
    assert str(refusal.value) == sign_in.WRONG


@pytest.mark.parametrize("keep", [True, False])
def test_going_to_another_shop_keeps_a_session_as_long_as_it_was_asked_to(
    asha: Who, second_shop: Shop, address: str, keep: bool
) -> None:
    token, kept = sign_in.switch_shop(enter(asha, address, keep=keep, now=NOON), asha.shop.id, now=NOON)
    assert kept is keep
    assert (sign_in.who_has(token, now=NOON + timedelta(hours=13)) is not None) is keep


@pytest.fixture
def second_shop(asha: Who, new_shop: Callable[..., Shop]) -> Shop:
    """Another shop, where Asha is the owner."""
    other = new_shop(name="Asha's own stall")
    with shop_session(keeper(other), writes=True) as shop:
        people.admit(shop, asha.staff_id, name="Asha", role="owner")
    return other


def test_one_person_may_belong_to_several_shops_and_switch(asha: Who, second_shop: Shop, address: str) -> None:
    first = enter(asha, address, keep=True, now=NOON)
    assert sign_in.who_has(first, now=NOON).shop == second_shop  # by name: Asha's own stall, Meera Home & Care
    assert [home.shop for home in sign_in.shops_of(asha.staff_id)] == [second_shop, asha.shop]
    second, _ = sign_in.switch_shop(first, asha.shop.id, now=NOON)
    assert sign_in.who_has(second, now=NOON) == asha
    assert sign_in.who_has(first, now=NOON) is None
    assert sign_in.who_has(second, now=NOON + timedelta(days=29)), "it lasts as long as the one it replaced"


def test_nobody_switches_to_a_shop_they_do_not_belong_to(
    asha: Who, who: Who, second_shop: Shop, new_shop: Callable[..., Shop], address: str
) -> None:
    token = enter(asha, address)
    for foreign in (new_shop().id, uuid4()):
        with pytest.raises(NotAllowed):
            sign_in.switch_shop(token, foreign)
    switched(asha, who, is_active=False)
    with pytest.raises(NotAllowed):
        sign_in.switch_shop(token, asha.shop.id)
    assert sign_in.who_has(token).shop == second_shop
    with pytest.raises(NotSignedIn):
        sign_in.switch_shop("stale", second_shop.id)


def test_the_owner_of_one_shop_cannot_take_over_the_sign_in_of_somebody_with_another(
    asha: Who, who: Who, second_shop: Shop
) -> None:
    with shop_session(who, writes=True) as shop:
        owner_id = people.add_member(shop, people.NewMember(f"boss-{uuid4().hex[:8]}", "Boss", "owner", PASSWORD))
    boss = people.who_is(who.shop, owner_id)
    with pytest.raises(NotAllowed, match="another shop"), shop_session(boss, writes=True) as shop:
        people.set_password(shop, asha.staff_id, "taken-over-99")
    with shop_session(asha, writes=True) as shop:
        people.set_password(shop, asha.staff_id, "my-own-lamp-9")
