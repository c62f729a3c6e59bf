"""The sealed record: whatever the owner of the database changes in the past is found, and nothing else is."""

import hashlib
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select

from crmcore import chain, customers, timeline
from crmcore.database import server
from crmcore.database.gate import Who, new_id, shop_session
from crmcore.database.sql import read_sql, statements
from crmcore.errors import Conflict
from crmcore.models import Activity, ActivityLink
from crmcore.settings import settings

LINES = 12  # besides the first, "shop opened"


@pytest.fixture
def sealed(who: Who) -> Who:
    """A shop with a record of 13 lines, all sealed."""
    write(who, LINES)
    assert chain.seal(who.shop) == LINES + 1
    return who


def write(who: Who, lines: int) -> None:
    with shop_session(who, writes=True) as shop:
        for number in range(lines):
            timeline.note(
                shop, "sale recorded", "order", new_id(), customer_id=new_id(), number=number, total="1,250.00"
            )


def verified(who: Who) -> list[str]:
    with shop_session(who) as shop:
        return chain.verify(shop)


@pytest.fixture
def owner() -> Iterator[psycopg.Connection]:
    """The role that owns the database and may do anything in it; autocommitting."""
    with psycopg.connect(server.libpq_url(server.owner_url()), autocommit=True) as connection:
        yield connection


def test_an_untouched_record_is_whole(sealed):
    assert verified(sealed) == []
    assert chain.seal(sealed.shop) == 0


def test_a_record_with_nothing_sealed_yet_is_whole(who):
    assert verified(who) == []


def test_sealing_goes_on_where_it_ended(sealed):
    write(sealed, 3)
    assert chain.seal(sealed.shop) == 3
    assert verified(sealed) == []


def test_a_long_record_is_sealed_in_batches(who, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 5)
    write(who, LINES)
    assert chain.seal(who.shop) == LINES + 1
    assert verified(who) == []


TAMPERING = {
    what: statements(script)
    for what, script in re.findall(
        r"^-- (.+)\n((?:[^-\n].*\n)+)", (Path(__file__).parent / "tampering.sql").read_text(), re.MULTILINE
    )
}


def tamper(who: Who, how: str, **given: UUID) -> None:
    """Do one of TAMPERING as the role that owns the database."""
    bound = {"shop": who.shop.id, "new": new_id(), "old": days_from_now(-2), **given}
    with psycopg.connect(server.libpq_url(server.owner_url())) as owner:
        for statement in TAMPERING[how]:
            owner.execute(statement, bound)


def days_from_now(days: int) -> UUID:
    """An id that was, or will be, made at another time."""
    return UUID(int=new_id().int + (days * 86_400_000 << 80))


def test_more_than_twenty_kinds_of_tampering_are_tried():
    assert len(TAMPERING) >= 30


@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_is_found(sealed, new_shop, owner, tampering):
    try:
        tamper(sealed, tampering, other=new_shop().id)
        assert verified(sealed)
    finally:
        owner.execute("drop schema if exists aside cascade")


def test_what_is_sealed_is_read_from_the_table_itself(owner):
    """A view would let the owner of the database show the verifier something else than the shop sees."""
    views = {name for (name,) in owner.execute("select viewname from pg_views where schemaname = 'public'")}
    for name in ("links", "unsealed", "late", "newest_link"):
        assert views.isdisjoint(re.findall(r"\w+", read_sql(f"record/{name}")))


def test_a_record_written_anew_without_the_secret_is_found(sealed, owner):
    """Somebody who knows how the chain is made, but not the secret, changes a line and makes all links again."""
    shop = {"shop": sealed.shop.id}
    tamper(sealed, "what")
    with shop_session(sealed) as reading:
        lines = [(row["position"], row["line"]) for row in reading.rows("record/links")]
    link = sealed.shop.id.bytes
    for position, line in lines:
        link = hashlib.sha256(link + line.encode()).digest()
        owner.execute(
            "update activity_chain set link = %(link)s where shop_id = %(shop)s and position = %(position)s",
            {**shop, "link": link, "position": position},
        )
    assert len(verified(sealed)) > LINES


@pytest.mark.parametrize("tampering", ["last lines and seals gone", "all seals gone", "all lines and seals gone"])
def test_what_was_cut_off_is_not_covered_up_by_sealing_again(sealed, tampering):
    tamper(sealed, tampering)
    write(sealed, 2)
    with pytest.raises(Conflict, match="regulars doctor"):
        chain.seal(sealed.shop)
    assert verified(sealed)


def test_a_finding_names_the_line(sealed):
    tamper(sealed, "what")
    [found] = verified(sealed)
    assert found.startswith("Line 5 of the record, ")
    assert found.endswith("is not what was sealed.")


def test_a_record_under_another_secret_is_told_in_few_sentences(who, monkeypatch):
    write(who, 30)
    chain.seal(who.shop)
    monkeypatch.setenv("REGULARS_SECRET", "the secret of another home")
    settings.cache_clear()
    found = verified(who)
    monkeypatch.undo()
    settings.cache_clear()
    assert len(found) == chain.MOST + 1
    assert "secret" in found[-1]


def test_after_a_restore_the_older_record_is_taken_for_true(sealed):
    tamper(sealed, "last lines and seals gone")
    chain.reanchor()
    assert verified(sealed) == []
    write(sealed, 2)
    assert chain.seal(sealed.shop) == 2
    assert verified(sealed) == []


def test_a_line_that_commits_late_is_sealed_behind_newer_ones(sealed):
    with shop_session(sealed, writes=True) as slow:
        timeline.note(slow, "import finished", "import")
        write(sealed, 3)
        assert chain.seal(sealed.shop) == 3
    assert chain.seal(sealed.shop) == 1
    assert verified(sealed) == []


def test_a_line_from_days_ago_is_sealed_only_by_whoever_looked_at_it(sealed):
    tamper(sealed, "forged line with an old id")
    assert chain.seal(sealed.shop) == 0
    [found] = verified(sealed)
    assert "1 lines came into the record more than a day late" in found
    assert chain.seal(sealed.shop, late=True) == 1
    assert verified(sealed) == []


def test_a_clock_that_ran_ahead_leaves_nothing_unsealed(sealed):
    tamper(sealed, "forged line with an old id", old=days_from_now(400))
    assert chain.seal(sealed.shop) == 1
    write(sealed, 2)
    assert chain.seal(sealed.shop) == 2
    assert verified(sealed) == []


def test_a_damaged_seal_outside_the_database_is_one_sentence(sealed, home):
    path = Path(home) / "seals" / str(sealed.shop.id)
    path.write_text("nonsense")
    [found] = verified(sealed)
    assert str(path) in found


def test_two_sealers_do_not_wait_for_each_other(sealed):
    write(sealed, 3)
    with shop_session(sealed) as first:
        assert first.scalar(chain._ALONE, {"shop": str(sealed.shop.id)})
        assert chain.seal(sealed.shop) == 0
    assert chain.seal(sealed.shop) == 3


def test_sealing_does_not_wait_for_someone_alone_in_the_shop(sealed):
    with shop_session(sealed, alone=True) as shop:
        timeline.note(shop, "import started", "import")
        assert chain.seal(sealed.shop) == 0
    assert chain.seal(sealed.shop) == 1


def test_sealing_while_four_write_misses_nothing(who):
    """Writers add customers until they have done their share; a sealer seals all the while."""
    written, together = threading.Event(), threading.Barrier(5)

    def till(number: int) -> None:
        together.wait()
        for turn in range(40):
            with shop_session(who, writes=True) as shop:
                customers.create(shop, {"name": f"Customer {number}-{turn}"})

    def sealer() -> None:
        together.wait()
        while not written.is_set():
            chain.seal(who.shop)

    tills = [threading.Thread(target=till, args=[number]) for number in range(4)]
    sealing = threading.Thread(target=sealer)
    for thread in (*tills, sealing):
        thread.start()
    for thread in tills:
        thread.join()
    written.set()
    sealing.join()
    chain.seal(who.shop)
    with shop_session(who) as shop:
        lines = shop.scalar(select(func.count()).select_from(Activity).where(Activity.shop_id == shop.id))
        links = shop.scalar(select(func.count()).select_from(ActivityLink).where(ActivityLink.shop_id == shop.id))
    assert lines == links == 161
    assert verified(who) == []


def test_an_anchor_never_goes_back_by_itself(sealed):
    end = chain._anchor(sealed.shop.id)
    chain._remember(sealed.shop.id, chain.Anchor(3, b"older"))
    assert chain._anchor(sealed.shop.id) == end


def test_ids_tell_their_time():
    told = chain._made_at(new_id())
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)
    assert chain._made_at(UUID(int=2**128 - 1)).year == 9999
