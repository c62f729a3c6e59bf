"""Opening pages as a person does: through the shell, signed in by a real token, on the real database."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from crmcore import sign_in
from crmcore.database.gate import Who
from dashboard import navigation

SHELL = Path(__file__).resolve().parents[2] / "dashboard" / "shell" / "app.py"

OpenPage = Callable[..., AppTest]

# Every AppTest reads the metadata of all packages that are installed; they don't change while tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture
def owner(join: Callable[..., Who]) -> Who:
    return join("owner")


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a page by its noun: open_page("team", who), open_page("customer", who, id=customer_id)."""

    def open_it(noun: str, who: Who, **query: object) -> AppTest:
        assert who.staff_id is not None, "The keeper has no sign-in; use join()"
        test = AppTest.from_file(str(SHELL), default_timeout=30)
        test.session_state["sign_in_token"] = sign_in.open_session(who.staff_id, who.shop.id)
        test.query_params.update({name: str(value) for name, value in query.items()})
        test._page_hash = calc_hash("" if noun == navigation.home_of(who) else noun)
        return test.run()

    return open_it


class Hands:
    """What a person does on a page, by the words they see."""

    @staticmethod
    def type(page: AppTest, **fields: str) -> None:
        """Fill text fields by their labels: hands.type(page, Name="Asha", **{"Sign-in name": "asha"})."""
        by_label = {field.label: field for field in page.text_input}
        for label, value in fields.items():
            by_label[label].input(value)

    @staticmethod
    def press(page: AppTest, label: str) -> AppTest:
        """Press the button whose label begins so, and let the page run."""
        return next(button for button in page.button if button.label.startswith(label)).click().run()

    @staticmethod
    def read(page: AppTest) -> str:
        """All the text of a page that is not a field, without the backslashes of markdown."""
        kinds = (page.title, page.subheader, page.markdown, page.error, page.toast)
        return "\n".join(part.value for kind in kinds for part in kind).replace("\\", "")


@pytest.fixture
def hands() -> Hands:
    return Hands()
