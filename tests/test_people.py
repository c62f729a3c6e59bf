"""The people of a shop: what they are called, who lets them in, and who helps when a password is forgotten."""

import io
import sys
from collections.abc import Callable
from threading import Barrier, Thread
from uuid import uuid4

import bcrypt
import pytest

from crmcore import cli, people, sign_in
from crmcore.database.gate import Shop, Who, keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound, NotSignedIn

PASSWORD = "harbour-lamp-7"


def check(password: str, stored: str) -> bool:
    return bcrypt.checkpw(password.encode(), stored.encode())


@pytest.fixture
def add(who: Who) -> Callable[..., Who]:
    """Gives a person of the shop a sign-in: add("manager", name="Asha")."""

    def one(role: str, name: str = "Asha", shop: Shop = who.shop) -> Who:
        with shop_session(keeper(shop), writes=True) as session:
            new = people.NewMember(f"p-{uuid4().hex[:8]}", name, role, PASSWORD)
            staff_id = people.add_member(session, new)
        found = people.who_is(shop, staff_id)
        assert found is not None
        return found

    return one


def login_of(who: Who) -> str:
    with shop_session(who) as shop:
        return people.member(shop, who.staff_id).login


@pytest.fixture
def regulars(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Types a command with a line on standard input; returns its exit code and all it said."""

    def typed(*words: str, line: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["regulars", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{line}\n"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return typed


@pytest.mark.parametrize("typed", ["A\x07sha\0  Rao\n", " Asha\u200b Rao "])
def test_names_are_kept_on_one_line_without_invisible_characters(
    who: Who, add: Callable[..., Who], new_shop: Callable[..., Shop], typed: str
) -> None:
    asha = add("manager", typed)
    assert asha.name == "Asha Rao"
    rights = {"role": "staff", "sells": True, "medical": False, "is_active": True}
    with shop_session(who, alone=True) as shop:
        people.change_member(shop, asha.staff_id, name=f"{typed}x", **rights)
        assert people.member(shop, asha.staff_id).name.startswith("Asha Rao")
    assert new_shop(name=typed).name == "Asha Rao"


@pytest.mark.parametrize("typed", ["", " ", "\0", "\x07\u200b", "x" * 201])
def test_a_name_that_is_none_is_refused(
    who: Who, add: Callable[..., Who], new_shop: Callable[..., Shop], typed: str
) -> None:
    asha = add("manager")
    with pytest.raises(BadInput, match="200 characters"):
        add("manager", typed)
    with pytest.raises(BadInput, match="200 characters"):
        new_shop(name=typed)
    rights = {"role": "staff", "sells": True, "medical": False, "is_active": True}
    with pytest.raises(BadInput, match="200 characters"), shop_session(who, alone=True) as shop:
        people.change_member(shop, asha.staff_id, name=typed, **rights)


def test_whoever_keeps_the_machine_gives_an_owner_a_new_password(
    who: Who, add: Callable[..., Who], new_shop: Callable[..., Shop], regulars: Callable[..., tuple[int, str]]
) -> None:
    owner = add("owner")
    with shop_session(keeper(new_shop()), writes=True) as elsewhere:
        people.admit(elsewhere, owner.staff_id, name="Asha", role="owner")
    token, login = sign_in.open_session(owner.staff_id, who.shop.id), login_of(owner)
    done = regulars("staff", "password", who.shop.slug, login, "--password-stdin", line="another-lamp-8")
    assert done == (0, f"{login} has a new password.\n")
    assert sign_in.who_has(token) is None
    assert sign_in.sign_in(login, "another-lamp-8", check=check, address="192.0.2.1")
    with pytest.raises(NotSignedIn):
        sign_in.sign_in(login, PASSWORD, check=check, address="192.0.2.1")


def test_a_new_password_for_nobody_or_that_is_none_is_one_sentence(
    who: Who, add: Callable[..., Who], new_shop: Callable[..., Shop], regulars: Callable[..., tuple[int, str]]
) -> None:
    stranger = login_of(add("owner", shop=new_shop()))
    for login in ("nobody-here", stranger):
        refused = regulars("staff", "password", who.shop.slug, login, "--password-stdin", line="another-lamp-8")
        assert refused == (2, f"Nobody signs in to {who.shop.name} as “{login}”.\n")
    short = regulars("staff", "password", who.shop.slug, login_of(add("owner")), "--password-stdin", line="short")
    assert short == (2, "A password needs at least 8 characters.\n")


def test_a_demo_shop_to_look_around_in_does_not_keep_a_co_owner_from_helping(
    who: Who, add: Callable[..., Who], new_shop: Callable[..., Shop]
) -> None:
    forgetful, helper = add("owner"), add("owner", "Boss")
    for is_demo in (True, False):
        with shop_session(keeper(new_shop(is_demo=is_demo)), writes=True) as elsewhere:
            people.admit(elsewhere, forgetful.staff_id, name="Asha", role="owner")
        if is_demo:
            with shop_session(helper, writes=True) as shop:
                people.set_password(shop, forgetful.staff_id, "another-lamp-8")
    with pytest.raises(NotAllowed, match="another shop"), shop_session(helper, writes=True) as shop:
        people.set_password(shop, forgetful.staff_id, "third-lamp-9")


def test_no_owner_takes_somebody_of_another_shop_into_theirs(
    add: Callable[..., Who], new_shop: Callable[..., Shop]
) -> None:
    owner, stranger = add("owner"), add("owner", shop=new_shop())
    with pytest.raises(NotAllowed), shop_session(owner, writes=True) as shop:
        people.admit(shop, stranger.staff_id, name="Taken", role="staff")


def test_staff_see_their_own_account_and_of_the_others_only_what_they_are_called(add: Callable[..., Who]) -> None:
    asha, boss = add("staff"), add("owner", "Boss")
    with shop_session(asha) as shop:
        assert people.member(shop, asha.staff_id).name == "Asha"
        assert {one.name for one in people.colleagues(shop)} == {"Asha", "Boss"}
        with pytest.raises(NotAllowed):
            people.member(shop, boss.staff_id)
        with pytest.raises(NotAllowed):
            people.members(shop)
    with shop_session(add("manager")) as shop, pytest.raises(NotFound):
        people.member(shop, uuid4())


def test_a_rep_of_a_file_sells_before_they_can_sign_in_and_keeps_what_is_theirs_when_they_can(who: Who) -> None:
    login = f"moses-{uuid4().hex[:8]}"
    with shop_session(who, alone=True) as shop:
        moses = people.add_without_sign_in(shop, "Moses Frase")
        assert moses in {rep.staff_id for rep in people.reps(shop)}
        assert people.member(shop, moses).login is None
        with pytest.raises(Conflict, match="Give them a sign-in name first"):
            people.set_password(shop, moses, PASSWORD)
    with shop_session(who, writes=True) as shop:
        people.give_sign_in(shop, moses, login, PASSWORD)
        with pytest.raises(Conflict, match="already"):
            people.give_sign_in(shop, moses, f"{login}-2", PASSWORD)
    token = sign_in.sign_in(login, PASSWORD, check=check, address="192.0.2.1")
    assert (sign_in.who_has(token) or who).staff_id == moses


def test_a_sign_in_that_cannot_be_given_is_refused_and_another_may_be(who: Who, add: Callable[..., Who]) -> None:
    taken = login_of(add("staff"))
    with shop_session(who, alone=True) as shop:
        moses = people.add_without_sign_in(shop, "Moses Frase")
        for login, password, field in [(taken, PASSWORD, "login"), ("A B", PASSWORD, "login"), ("mo", "x", "password")]:
            with pytest.raises(BadInput) as refused:
                people.give_sign_in(shop, moses, login, password)
            assert refused.value.field == field
        people.give_sign_in(shop, moses, f"moses-{uuid4().hex[:8]}", PASSWORD)


def test_two_owners_who_take_the_right_from_each_other_at_once_leave_one(new_shop, add):
    for _ in range(4):
        shop, start, told = new_shop(), Barrier(2), []
        asha, bilal = add("owner", "Asha", shop), add("owner", "Bilal", shop)

        def demote(me: Who, other: Who, start=start, told=told) -> None:
            start.wait()
            try:
                with shop_session(me, writes=True) as session:
                    rights = {"role": "staff", "sells": False, "medical": False, "is_active": True}
                    people.change_member(session, other.staff_id, name=other.name, **rights)
            except Conflict as refused:
                told.append(str(refused))

        threads = [Thread(target=demote, args=pair) for pair in ((asha, bilal), (bilal, asha))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert told == ["This is the only owner. Make someone else an owner first."]
