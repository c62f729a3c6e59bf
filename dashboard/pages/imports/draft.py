"""A sheet on its way in: kept in the person's session between the steps, so that it is read and tried only once."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import streamlit as st

from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.errors import CrmError
from crmcore.imports import (
    FIELDS,
    Answers,
    ClosedFirstAsked,
    ColumnGuess,
    DatesAsked,
    ImportResult,
    Plan,
    Preview,
    Sheet,
    StagesAsked,
    StatusesAsked,
    fields_of,
    guess,
    open_sheet,
    prepare,
    preview,
)
from crmcore.sheets.fields import Field

_KEPT = "import"  # the name of the draft in the session


@dataclass
class Draft:
    """What was uploaded and what is known of it so far. `key` begins the keys of its fields.

    `asked`: the way the file was last read; `failure`: why it can't be read that way; `sheets`: of the workbook.
    `fields`: by key, those a column can fill; `chosen`: the one each column fills, None for those left out.
    `question`: what the rows leave open, `answers`: what was said to it. `plan`, `preview` and the `refused` rows as
    csv are there once the rows were tried, `result` once they are imported.
    """

    noun: str
    owner: tuple[UUID, UUID | None]
    key: str = field(default_factory=lambda: uuid4().hex)
    file_name: str = ""
    content: bytes = b""
    asked: Any = None
    failure: CrmError | None = None
    sheets: list[str] = field(default_factory=list)
    sheet: Sheet | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    guesses: list[ColumnGuess] = field(default_factory=list)
    suggested: list[str | None] = field(default_factory=list)
    chosen: list[str | None] = field(default_factory=list)
    plan: Plan | None = None
    preview: Preview | None = None
    refused: bytes = b""
    result: ImportResult | None = None
    question: StagesAsked | DatesAsked | StatusesAsked | ClosedFirstAsked | None = None
    answers: Answers = field(default_factory=Answers)

    @property
    def step(self) -> int:
        """1 choose a sheet, 2 match its columns, 3 check what will happen, 4 done."""
        if self.result is not None:
            return 4
        if self.preview is not None:
            return 3
        return 2 if self.content else 1

    def take(self, who: Who, content: bytes, file_name: str, *, header: bool) -> None:
        """A file was uploaded: keep it if it can be read, else say why in `failure`."""
        self.file_name = file_name
        self._open(who, content, None, header)
        if self.sheet is not None:
            self.content, self.sheets, self.asked = content, self.sheet.sheets, (self.sheet.name, header)

    def read_again(self, who: Who, *, sheet: str | None, header: bool) -> None:
        """Read another sheet of the workbook, or with or without a header row; not what was read already."""
        if self.asked != (sheet, header):
            self._open(who, self.content, sheet, header)
            self.asked = (sheet, header)

    def hold(self, who: Who, noun: str) -> None:
        """Say what the sheet holds; its columns then mean other things."""
        self.noun = noun
        self.question, self.answers = None, Answers()
        if self.sheet is not None:
            with shop_session(who) as shop:
                self.fields = {one.key: one for one in fields_of(shop, noun)}
                self.guesses = guess(shop, noun, self.sheet)
            self.suggested = _first_choice(self.guesses)
            self.chosen = list(self.suggested)

    def doubled(self) -> tuple[str, list[str]] | None:
        """The first field that several columns fill, and their headers."""
        headers: dict[str, list[str]] = defaultdict(list)
        for key, column in zip(self.chosen, self.guesses, strict=True):
            headers[key or ""].append(column.header)
        return next(
            ((one.label, headers[key]) for key, one in self.fields.items() if len(headers[key]) > 1),
            None,
        )

    def mapping(self) -> dict[str, str]:
        """Field -> header of the columns chosen."""
        return {key: column.header for key, column in zip(self.chosen, self.guesses, strict=True) if key}

    def prepare(self, shop: ShopSession) -> Plan:
        assert self.sheet is not None
        return prepare(shop, self.noun, self.sheet, self.mapping(), self.answers)

    def try_out(self, who: Who, progress: Callable[[float], None]) -> None:
        """See what importing would do, and save nothing. Raises CrmError when the rows can't be read."""
        with tempfile.TemporaryDirectory(prefix="regulars-refused-") as folder:
            to = Path(folder) / "refused.csv"
            with shop_session(who, alone=True) as shop:
                plan = self.prepare(shop)
                seen = preview(shop, plan, progress, to)
            refused = to.read_bytes()
        self.plan, self.preview, self.refused = plan, seen, refused

    def back_to_columns(self) -> None:
        self.plan, self.preview, self.refused = None, None, b""

    def finish(self, result: ImportResult) -> None:
        """It is imported: keep what was done and let go of the file."""
        self.result = result
        self.let_go()

    def let_go(self) -> None:
        """Forget the file and everything that was read of it."""
        if self.sheet is not None:
            self.sheet.close()
        self.sheet, self.content = None, b""
        self.back_to_columns()

    def _open(self, who: Who, content: bytes, sheet: str | None, header: bool) -> None:
        if self.sheet is not None:
            self.sheet.close()
        self.sheet, self.failure, self.guesses, self.chosen = None, None, [], []
        try:
            self.sheet = open_sheet(content, self.file_name, sheet=sheet, header=header)
            self.hold(who, self.noun)
        except CrmError as failure:
            self.failure = failure


def draft_of(who: Who, noun: str) -> Draft:
    """The sheet this person is importing; a new one if there is none, or none far enough and `noun` is another."""
    kept: Draft | None = st.session_state.get(_KEPT)
    if kept is None or kept.owner != (who.shop.id, who.staff_id):
        return start_over(who, noun)
    if noun != kept.noun and noun in FIELDS and kept.step in (1, 4):
        return start_over(who, noun)
    return kept


def start_over(who: Who, noun: str) -> Draft:
    """Forget the sheet on its way in, and begin with another one."""
    kept: Draft | None = st.session_state.get(_KEPT)
    if kept is not None:
        kept.let_go()
    draft = Draft(noun if noun in FIELDS else next(iter(FIELDS)), (who.shop.id, who.staff_id))
    st.session_state[_KEPT] = draft
    return draft


def _first_choice(guesses: list[ColumnGuess]) -> list[str | None]:
    """What was recognised. Where several columns may be the same field none is chosen: a person has to."""
    found = [column.field for column in guesses]
    return [
        column.field if column.how in ("name", "content") or found.count(column.field) == 1 else None
        for column in guesses
    ]
