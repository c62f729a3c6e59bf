"""The command line as one types it: what it prints, and with which code it ends."""

import csv
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest
from waiting import until

from crmcore import cli, customers, people, segments
from crmcore.database.gate import keeper, shop_session

pytestmark = pytest.mark.usefixtures("home_of_its_own")

SALES = """Bill,Date,Mobile,Name,Item,Qty,Rate
B1,2026-11-02,98811 20456,Asha Rao,Lamp,2,150
B1,2026-11-02,98811 20456,Asha Rao,Shade,1,80
B2,2026-11-05,98811 20456,Asha Rao,Lamp,1,150
B3,2026-11-06,12345,Bilal,Lamp,1,150
B4,2026-11-07,,,Bulb,3,20
"""


@pytest.fixture
def regulars(monkeypatch, capsys):
    """Type a command: regulars("shop", "list") -> (exit code, what it printed, what it said on standard error)."""

    def typed(*words):
        monkeypatch.setattr(sys, "argv", ["regulars", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
            raise SystemExit(0)
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return typed


@pytest.fixture
def corner(regulars):
    slug = f"corner-{uuid4().hex[:8]}"
    code, out, _ = regulars(
        "shop", "add", slug, "--name", "Corner Shop", "--kind", "counter", "--currency", "inr", "--region", "in",
        "--timezone", "Asia/Kolkata",
    )  # fmt: skip
    assert (code, out) == (0, f"Corner Shop is open. Its short name is {slug}.\n")
    return slug


def test_a_file_is_imported_read_as_figures_and_taken_back(regulars, corner, tmp_path):
    file, refused = tmp_path / "sales.csv", tmp_path / "refused.csv"
    file.write_text(SALES, encoding="utf-8")

    code, out, _ = regulars("import", corner, "orders", file, "--dry-run")
    assert code == 0
    assert "  Row 5, Mobile: 12345 has 5 digits" in out and "Nothing was saved." in out

    code, out, _ = regulars("import", corner, "orders", file, "--dry-run", "--json")
    tried = json.loads(out)
    assert (code, tried["import_id"], tried["rows"], tried["created"], tried["rejected"]) == (0, None, 5, 4, 1)

    code, out, _ = regulars("import", corner, "orders", file, "--rejected", refused, "--json")
    done = json.loads(out)
    assert (done["created"], done["updated"], done["unchanged"], done["rejected"]) == (4, 0, 0, 1)
    with refused.open(encoding="utf-8-sig", newline="") as rows:
        [row] = csv.DictReader(rows)
    assert (row["row"], row["column"], row["value"]) == ("5", "Mobile", "12345")

    asked = ("metrics", corner, "revenue", "customers", "repeat_rate", "--to", "2026-11-20", "--json")
    code, out, _ = regulars(*asked)
    assert {key: found["value"] for key, found in json.loads(out).items()} == {
        "revenue": 590, "customers": 1, "repeat_rate": 100,
    }  # fmt: skip

    code, out, _ = regulars("undo-import", corner, done["import_id"], "--json")
    assert code == 0
    assert json.loads(regulars(*asked)[1])["revenue"]["value"] == 0


def test_what_cant_be_used_is_one_sentence_and_code_2(regulars, corner, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    for words in (
        ("metrics", "no-such-shop"),
        ("metrics", corner, "luck"),
        ("metrics", corner, "--from", "yesterday"),
        ("import", corner, "orders", empty),
        ("import", corner, "orders", tmp_path / "missing.csv"),
        ("import", corner, "stars", empty),
        ("undo-import", corner, "x"),
        ("export", corner, "customers", tmp_path / "customers.pdf"),
        ("shop", "add", corner, "--name", "Twice", "--kind", "counter", "--currency", "INR", "--region", "IN",
         "--timezone", "Asia/Kolkata"),
    ):  # fmt: skip
        code, out, err = regulars(*words)
        assert code == 2, words
        assert out == "", words
        assert err.count("\n") == 1 and "Traceback" not in err, (words, err)


def test_customers_are_exported_by_the_ending_of_the_file(regulars, corner, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("Name,Mobile\nAsha Rao,98811 20456\nBilal,98811 20457\n", encoding="utf-8")
    assert regulars("import", corner, "customers", file)[0] == 0
    for name in ("out.csv", "out.xlsx"):
        code, out, _ = regulars("export", corner, "customers", tmp_path / name)
        assert (code, out.startswith("2 rows written")) == (0, True)


def test_an_export_is_narrowed_to_a_segment_by_its_name(regulars, corner, tmp_path):
    with shop_session(keeper(people.find_shop(corner)), writes=True) as shop:
        customers.create(shop, {"name": "Asha Rao", "city": "Pune"})
        customers.create(shop, {"name": "Bilal", "city": "Nashik"})
        rule = {"all": [{"field": "city", "operator": "one_of", "value": ["Pune"]}]}
        segments.create(shop, segments.NewSegment("From Pune", rule))
    for noun, rows in (("customers", "1 rows"), ("orders", "0 rows"), ("visits", "0 rows")):
        code, out, _ = regulars("export", corner, noun, tmp_path / f"{noun}.csv", "--segment", "from pune")
        assert (code, out.startswith(rows)) == (0, True), noun
    assert "Asha Rao" in (tmp_path / "customers.csv").read_text("utf-8-sig")
    unknown, unfit = ("customers", "Nobody", "Use one of: “From Pune”"), ("leads", "From Pune", "can't be narrowed")
    for noun, name, said in (unknown, unfit):
        code, _, err = regulars("export", corner, noun, tmp_path / "refused.csv", "--segment", name)
        assert code == 2 and said in err
    assert not (tmp_path / "refused.csv").exists()


def test_serve_answers_and_stops_with_its_worker(home_of_its_own):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "crmcore", "serve", "--port", str(port)]
    serving = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/health"))
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=90) == 0
    finally:
        serving.kill()
        serving.wait()


def answers(address):
    with suppress(httpx.TransportError):
        return httpx.get(address).is_success
