"""Imports: a spreadsheet becomes orders, customers or products; wholly or not at all, and undoable.

    with open_sheet(path) as sheet, shop_session(who, alone=True) as shop:
        plan = prepare(shop, "orders", sheet, suggested(guess(shop, "orders", sheet)))
        result = commit(shop, plan)

What holds for every noun:
- created + updated + unchanged + rejected = rows that hold anything in the file. A row of an orders file is a line.
- A row that can't be used is refused with its column, its value and one sentence, and everything else goes in. An
  order is never imported in part: one bad line refuses all of its lines.
- The same file again changes nothing. An empty cell, and a column that is not matched, never erases anything.
- An order on file that says something else than the file is replaced by the file's and what it said is remembered,
  unless a person wrote or touched it here: then the file's lines are refused. Two orders of one number within a file
  (other day, other customer) are refused both.
- Every import can be undone: what it created goes, what it changed is restored, what a person touched since stays.
"""

from crmcore.imports.answers import Answers, ClosedFirstAsked, DatesAsked, StagesAsked, StatusesAsked
from crmcore.imports.plan import Plan, fields_of, guess, missing, prepare
from crmcore.imports.record import ImportRecord, history, rejected_csv, write_rejected
from crmcore.imports.running import ImportResult, Preview, RefusedRow, commit, preview, run
from crmcore.imports.sample import save_sample, write_sample
from crmcore.imports.undoing import Kept, UndoResult, undo
from crmcore.sheets.columns import ColumnGuess, suggested
from crmcore.sheets.fields import FIELDS
from crmcore.sheets.sheet import Sheet, open_sheet

__all__ = [
    "FIELDS",
    "Answers",
    "ClosedFirstAsked",
    "ColumnGuess",
    "DatesAsked",
    "ImportRecord",
    "ImportResult",
    "Kept",
    "Plan",
    "Preview",
    "RefusedRow",
    "Sheet",
    "StagesAsked",
    "StatusesAsked",
    "UndoResult",
    "commit",
    "fields_of",
    "guess",
    "history",
    "missing",
    "open_sheet",
    "prepare",
    "preview",
    "rejected_csv",
    "run",
    "save_sample",
    "suggested",
    "undo",
    "write_rejected",
    "write_sample",
]
