"""Importing a contact sheet of 100,000 rows against reading it, copying its raw rows and putting them in."""

import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pandas
import psycopg
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from benchmarks.timing import Ratio, seconds
from crmcore import imports, people
from crmcore.database import server
from crmcore.database.gate import Shop, Who, keeper, new_id

ROWS = 100_000
HEADERS = ("Sr. No", "Name", "Mobile No.", "Remarks", "City")
_FIRST = ("Asha", "Bilal", "Chitra", "Dev", "Esha", "Farhan", "Gita", "Hari", "Isha", "Jai")
_LAST = ("Rao", "Khan", "Nair", "Patil", "Joshi", "Mehta", "Shah", "Iyer", "Das", "Roy")


def run(_shops: list[Who]) -> list[Ratio]:
    """A sheet of people with one mobile each, as shops get them: numbers typed in several ways, some twice."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "contacts.xlsx"
        _write(file)
        ours = min(seconds(lambda: _import(file)) for _ in range(2))
        plain = min(seconds(lambda: _read_copy_and_put_in(file)) for _ in range(2))
        usual = seconds(lambda: _the_usual_way(file))
        size = sum(one.file_size for one in zipfile.ZipFile(file).infolist())
        peak = int(subprocess.run([sys.executable, "-c", _MEASURED, str(file)], check=True, capture_output=True).stdout)
    told = f"{ours:.1f} s against {plain:.1f} s"
    return [
        Ratio(f"import of {ROWS:,} contacts (xlsx) against reading, copying and upserting", ours / plain, "<= 2", told),
        Ratio("the same with pandas, openpyxl and to_sql against ours", usual / ours, ">= 10",
              f"{usual:.1f} s against {ours:.1f} s"),
        Ratio("memory of that import against the unpacked sheet", peak / size, "<= 6",
              f"{peak / 1e6:.0f} MB against {size / 1e6:.0f} MB"),
    ]  # fmt: skip


# Memory is that of a process of its own, without what starting takes, and of its child that reads the sheet. What the
# system tells of an ended child counts its parent before it became itself, so the child is asked while it lives.
_MEASURED = """
import resource, sys, threading
from contextlib import suppress
from pathlib import Path
from benchmarks import contacts

done, of_child = threading.Event(), 0

def watch():
    global of_child
    while not done.wait(0.01):
        with suppress(OSError, IndexError):  # it may end while it is looked at
            for task in Path("/proc/self/task").iterdir():
                for pid in (task / "children").read_text().split():
                    if "crmcore.sheets.child" in Path(f"/proc/{pid}/cmdline").read_text():
                        told = Path(f"/proc/{pid}/status").read_text()
                        of_child = max(of_child, int(told.split("VmHWM:")[1].split()[0]))

started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
watching = threading.Thread(target=watch)
watching.start()
contacts._import(Path(sys.argv[1]))
done.set()
watching.join()
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - started
print((own + of_child) * 1024)
"""


def _new_shop() -> Shop:
    slug = f"contacts-{new_id().hex[-12:]}"
    return people.open_shop(
        people.NewShop(slug, "Contacts", "pharmacy", "INR", "IN", "Asia/Kolkata", is_demo=True)
    )


def _import(file: Path) -> None:
    result = imports.run(keeper(_new_shop()), "contacts", file)
    if result.created + result.unchanged != result.rows:
        raise AssertionError(f"{result.rejected} of {result.rows} rows were refused")


def _read_copy_and_put_in(file: Path) -> None:
    """The least there is to do: every cell read and copied as it is, every number once in the table with its name."""
    shop_id = _new_shop().id
    with psycopg.connect(server.libpq_url(server.owner_url())) as connection:
        connection.execute("create temporary table raw_rows (nr text, name text, phone text, notes text, city text)")
        rows = iter(CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).iter_rows())
        next(rows)
        with connection.cursor().copy("copy raw_rows from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute("select set_config('app.shop_id', %s, true)", [str(shop_id)])
        connection.execute(
            "insert into contacts (shop_id, id, phone, phone_typed, name, notes, uploaded_on)"
            " select %s, gen_random_uuid(),"
            " '+91' || right(regexp_replace(split_part(phone, '.', 1), '[^0-9]', '', 'g'), 10), phone, name, notes,"
            " current_date from raw_rows on conflict (shop_id, phone) do nothing",
            [shop_id],
        )


def _the_usual_way(file: Path) -> None:
    """What a script does: pandas reads with openpyxl, numbers go through the library, to_sql appends to the table."""
    import phonenumbers
    from sqlalchemy import Uuid, create_engine, text

    shop_id = _new_shop().id
    frame = pandas.read_excel(file, engine="openpyxl", dtype=str)

    def normal(typed: str) -> str:
        parsed = phonenumbers.parse(typed.split(".")[0], "IN")
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    frame["phone"] = frame["Mobile No."].map(normal)
    frame = frame.drop_duplicates("phone").rename(columns={"Name": "name", "Remarks": "notes"})
    frame = frame[["phone", "name", "notes"]].assign(shop_id=shop_id, uploaded_on=pandas.Timestamp.today().date())
    frame["id"] = [new_id() for _ in range(len(frame))]
    engine = create_engine(server.owner_url())
    with engine.begin() as connection:
        connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(shop_id)})
        kinds = {"shop_id": Uuid(), "id": Uuid()}
        frame.to_sql("contacts", connection, if_exists="append", index=False, dtype=kinds)
    engine.dispose()


def _write(file: Path) -> None:
    dice = random.Random(7)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    sheet.append(HEADERS)
    for nth in range(ROWS):
        number = 9_000_000_000 + dice.randrange(900_000_000)
        typed = dice.choice((number, f"{str(number)[:5]} {str(number)[5:]}", f"+91 {number}", f"0{number}"))
        name = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"
        sheet.append([nth + 1, name, typed, dice.choice((None, "Asked for the list")), "Pune"])
    book.save(file)
