"""Medical data: for people with the medical right alone, every look written down, and never anywhere else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW
from sqlalchemy import func, select

import crmcore
import dashboard
from crmcore import customer_search, customer_timeline, customers, exports, medical
from crmcore.database.gate import keeper, shop_session
from crmcore.database.sql import SQL_HOME
from crmcore.errors import BadInput, NotAllowed
from crmcore.models import Activity

SECRET = "Zollinger-Ellison"


@pytest.fixture
def pharmacy(new_shop):
    return new_shop(kind="pharmacy")


@pytest.fixture
def pharmacist(join, pharmacy):
    return join("staff", shop=pharmacy, name="Meera Joshi", medical=True)


@pytest.fixture
def asha(pharmacist):
    with shop_session(pharmacist, writes=True, now=NOW) as shop:
        customer_id = customers.create(shop, {"name": "Asha Rao", "phone": "98811 20456"})
        medical.change(shop, customer_id, {"conditions": SECRET, "allergies": "Penicillin", "doctor": "Dr Kulkarni"})
    return customer_id


def test_who_has_the_right_reads_and_changes_it(pharmacist, asha):
    with shop_session(pharmacist, writes=True, now=NOW) as shop:
        medical.change(shop, asha, {"allergies": "", "notes": "Asks for large print"})
        assert medical.read(shop, asha) == {
            "conditions": SECRET, "allergies": None, "doctor": "Dr Kulkarni", "notes": "Asks for large print",
        }  # fmt: skip
        with pytest.raises(BadInput, match="no field"):
            medical.change(shop, asha, {"blood": "A"})
        with pytest.raises(BadInput, match="Conditions"):
            medical.change(shop, asha, {"conditions": "x" * 3000})


@pytest.mark.parametrize("role", ["owner", "manager", "staff"])
def test_no_role_is_enough_without_the_right(pharmacy, asha, join, role):
    who = join(role, shop=pharmacy)
    for act in (lambda shop: medical.read(shop, asha), lambda shop: medical.change(shop, asha, {"doctor": "Dr Rao"})):
        with pytest.raises(NotAllowed, match="may not see medical data"), shop_session(who, writes=True) as shop:
            act(shop)


def test_every_look_and_change_is_on_the_timeline_without_what_it_says(pharmacist, asha):
    with shop_session(pharmacist, writes=True, now=NOW) as shop:
        medical.read(shop, asha)
    with shop_session(keeper(pharmacist.shop), now=NOW) as shop:
        lines = [(line.title, line.by) for line in customer_timeline.of_customer(shop, asha).lines]
        assert ("Medical data looked at", "Meera Joshi") in lines
        assert ("Medical data changed: conditions, allergies, doctor", "Meera Joshi") in lines
        written = shop.execute(select(Activity.detail).where(Activity.shop_id == shop.id)).scalars()
        assert not any(SECRET in str(detail) for detail in written)


def test_a_look_that_goes_on_is_one_line_and_a_later_one_another(pharmacist, asha):
    for minutes in (0, 2, 4, 9):
        with shop_session(pharmacist, writes=True, now=NOW + timedelta(minutes=minutes)) as shop:
            medical.read(shop, asha)
    with shop_session(pharmacist) as shop:
        looks = select(func.count()).where(Activity.shop_id == shop.id, Activity.what == "medical data read")
        assert shop.scalar(looks) == 2


def test_search_and_exports_know_nothing_of_it(pharmacist, asha, tmp_path):
    with shop_session(keeper(pharmacist.shop)) as shop:
        assert customer_search.search(shop, "Zollinger") == []
    for noun in exports.TABLES:
        file = tmp_path / f"{noun}.csv"
        exports.export(keeper(pharmacist.shop), noun, file)
        assert SECRET not in file.read_text()


def test_one_module_alone_names_the_table():
    """Row policies can't know the right: whoever wants the data must pass crmcore/medical.py."""
    named = set()
    for home in (Path(crmcore.__file__).parent, Path(dashboard.__file__).parent, SQL_HOME):
        for path in [*home.rglob("*.py"), *home.rglob("*.sql")]:
            if re.search(r"medical_profiles|MedicalProfile", path.read_text()):
                named.add(path.relative_to(home.parent).as_posix())
    schema = {f"sql/schema/{step}.sql" for step in ("031_refills", "032_refill_keys", "033_refill_policies")}
    only_its_rows = {"sql/functions/delete_shop.sql", "sql/imports/undo/keep_known.sql"}  # gone, or there: never what
    models = {"crmcore/models/__init__.py", "crmcore/models/refills.py"}
    made_up = {"crmcore/demo/refilling.py"}
    assert named == {"crmcore/medical.py"} | made_up | models | schema | only_its_rows
