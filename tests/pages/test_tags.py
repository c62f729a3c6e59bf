"""The Tags page: every tag with who carries it, for those who may look after tags."""

import pytest

from crmcore import customer_list, customers, tags
from crmcore.database.gate import shop_session


@pytest.fixture
def vip(owner):
    """Two customers carry VIP, one of them Architect as well."""
    with shop_session(owner, alone=True) as shop:
        tag_id = tags.create(shop, "VIP", category="Worth", colour="green")
        asha, bilal = (customers.create(shop, {"name": name}) for name in ("Asha", "Bilal"))
        for who in (asha, bilal):
            tags.add(shop, who, "VIP")
        tags.add(shop, bilal, "Architect")
    return tag_id


def test_every_tag_stands_with_its_group_and_how_many_carry_it(owner, vip, open_page, hands):
    page = open_page("tags", owner)
    assert not page.exception
    told = hands.read(page)
    assert ":green-badge[:material/label: VIP]" in told
    assert [part.value for part in page.subheader] == ["Worth", "No group"]
    links = [link.proto.label for link in page.get("page_link")]
    assert links.count("2 customers") == links.count("1 customer") == 1


def test_staff_may_not_open_it_and_a_shop_without_tags_is_told_what_they_are_for(owner, join, open_page, hands):
    assert "No tags yet" in hands.read(open_page("tags", owner))
    refused = open_page("tags", join("staff", shop=owner.shop))
    assert "No tags yet" not in hands.read(refused)


def test_a_tag_keeps_its_colour_on_a_customers_page(owner, vip, open_page, hands):
    with shop_session(owner) as shop:
        asha = next(row["id"] for row in customer_list.search(shop, "Asha"))
    assert ":green-badge[:material/label: VIP]" in hands.read(open_page("customer", owner, id=asha))
