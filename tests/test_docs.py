"""The documentation says what is true: tests it names exist, commands it shows are there."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crmcore.cli import app

ROOT = Path(__file__).resolve().parents[1]
CAPABILITIES = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")
NAMED_TESTS = sorted(set(re.findall(r"`((?:browser/|pages/)?test_\w+\.py)::(test_\w+)`", CAPABILITIES)))
ASKED_FOR = {
    "SEC": 12, "CUS": 20, "INT": 12, "FND": 10, "ORD": 14, "PRF": 6, "MIG": 5, "CARD": 4,
}  # fmt: skip


@pytest.mark.parametrize(("file", "test"), NAMED_TESTS)
def test_a_test_that_shows_a_capability_exists(file, test):
    assert re.search(rf"^\s*(async )?def {test}\(", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.M)


def test_every_capability_asked_for_has_its_line():
    lines = set(re.findall(r"^\| (\w+) \|", CAPABILITIES, re.M))
    assert {f"{area}{number}" for area, most in ASKED_FOR.items() for number in range(1, most + 1)} <= lines
    assert {"MET7", "MET8", "MET9", "MET10", "MET11", "MET12", "MET13", "MET24", "MET25", "MET27", "RPT1"} <= lines


def test_what_is_not_shown_by_a_test_says_when_it_comes():
    for line in CAPABILITIES.splitlines():
        if line.endswith("| – |"):
            assert "*comes with" in line or "*come with" in line, line


def test_pages_hold_no_sql():
    queries = r"\b(select .+ from|insert into|update .+ set|delete from|sqlalchemy import (?!RowMapping$))"
    told = re.compile(queries, re.I | re.M)
    for page in [*(ROOT / "dashboard" / "pages").rglob("*.py"), *(ROOT / "dashboard" / "parts").rglob("*.py")]:
        code = re.sub(r'"""[\s\S]*?"""|#.*', "", page.read_text(encoding="utf-8"))
        assert not told.search(code), f"{page.relative_to(ROOT)}: {told.search(code)}"


def test_the_named_folders_are_there():
    assert all((ROOT / folder).is_dir() for folder in ("crmcore", "dashboard", "sql"))


def test_crmcore_knows_neither_streamlit_nor_fastapi():
    for module in (ROOT / "crmcore").rglob("*.py"):
        code = module.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) (streamlit|fastapi)\b", code, re.M), module


@pytest.mark.parametrize("document", ["README.md", "docs/running.md", "docs/contributing.md"])
def test_commands_that_a_document_shows_exist(document):
    shown = re.findall(r"^ {4}regulars ((?:shop |staff |db )?[a-z-]+)", (ROOT / document).read_text("utf-8"), re.M)
    for command in shown:
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0, command
