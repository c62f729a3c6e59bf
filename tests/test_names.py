"""Whether two names are one: the same answer here and in the database, whoever wrote them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from crmcore import names
from crmcore.database.gate import global_session

_KEYS = text(
    "select array_agg(name_key(name) order by nth)"
    " from unnest(cast(:names as text [])) with ordinality as written (name, nth)"
)


def keys_there(written: list[str]) -> list[str]:
    """The keys of these names in the database."""
    with global_session() as connection:
        return list(connection.scalar(_KEYS, {"names": written}) or ())


def letter_keys(*written: str) -> set[str]:
    with global_session() as connection:
        return {connection.scalar(text("select letter_key(:name)"), {"name": name}) for name in written}


def is_written_today(sign: str) -> bool:
    """Not a letter of old church books, nor of Cherokee: folded to capitals here and to small letters there."""
    return not ("ᲀ" <= sign <= "ᲈ" or "CHEROKEE" in unicodedata.name(sign, ""))


SIGNS = [
    sign
    for sign in map(chr, range(32, 0x110000))
    if unicodedata.category(sign)[0] in "LMNPSZ" and not sign.isspace() and is_written_today(sign)
]
ODD_ONES = "ßẞſςΣİıǅﬁµΩéE´¨\u0301\u0345 -.aA"
AS_KEPT = st.text(st.sampled_from(ODD_ONES) | st.sampled_from(SIGNS), max_size=12).map(
    lambda name: " ".join(name.split())
)


def test_every_letter_has_the_key_in_the_database_that_it_has_here(home):
    there = zip(SIGNS, keys_there(SIGNS), strict=True)
    assert {sign: key for sign, key in there if key != names.key(sign)} == {}


@settings(max_examples=40, deadline=None)
@given(written=st.lists(AS_KEPT, min_size=1, max_size=20))
def test_a_name_has_the_key_in_the_database_that_it_has_here(home, written):
    assert keys_there(written) == [names.key(name) for name in written]


@pytest.mark.parametrize(
    "spellings",
    [
        ("Weiß GmbH", "WEISS GMBH", "weiss gmbh", "WEIẞ GmbH"),
        ("Café Zoë", "Cafe\u0301 Zoe\u0308", "CAFÉ ZOË"),
        ("ΟΔΟΣ", "οδος", "οδοσ"),
        ("ﬁne № 1", "FINE NO 1"),
        ("Straße\u00a01", "STRASSE 1"),
    ],
)
def test_spellings_of_one_name_have_one_key(home, spellings):
    assert len({*keys_there(list(spellings)), *map(names.key, spellings)}) == 1
    assert len(letter_keys(*spellings, f"{spellings[0]}.", spellings[0].replace(" ", "-"))) == 1


def test_an_accent_makes_another_name(home):
    assert len(set(keys_there(["Muller", "Müller", "Mueller"]))) == 3
    assert letter_keys("!!!", "") == {""}
    with global_session() as connection:
        assert connection.scalar(select(text("name_key(null)"))) is None
