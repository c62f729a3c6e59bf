"""A rule: rows of field, operator and value, all or any of which must hold; kept as JSON, compiled to parameters.

{"all": [{"field": "city", "operator": "one_of", "value": ["Pune"]}, {"any": [...]}]}
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.money import format_money
from crmcore.segments.vocabulary import DAY, MONEY, WITHOUT_VALUE, Field, Vocabulary, compared, value_of

MOST_ROWS = 30
DEEPEST = 3

Rule = Mapping[str, Any]


def checked(shop: ShopSession, rule: Any, words: Vocabulary | None = None) -> dict[str, Any]:
    """The rule as it is kept. Raises BadInput naming the row that can't be: its field, or else "rule"."""
    kept = _checked(words or Vocabulary(shop), rule, 1)
    rows = _rows(kept)
    if not rows:
        raise BadInput("rule", "Add at least one row: a segment is told by something.")
    if rows > MOST_ROWS:
        raise BadInput("rule", f"A segment may have {MOST_ROWS} rows; this has {rows}. Take some out.")
    return kept


def condition(shop: ShopSession, rule: Any) -> ColumnElement[bool]:
    """Whom a rule is about, as a condition on customers. Raises BadInput as `checked` does."""
    words = Vocabulary(shop)
    return _compiled(words, checked(shop, rule, words))


def told(shop: ShopSession, rule: Rule) -> str:
    """A rule in words: "City is one of Pune; and Last purchase more than 90 days ago"."""
    return _told(Vocabulary(shop), rule)


def faults(shop: ShopSession, rule: Rule) -> str | None:
    """What is wrong with a rule that was kept, if its field, tag or person is gone since; None when all is well."""
    try:
        checked(shop, rule)
    except BadInput as fault:
        return str(fault)
    return None


def _checked(words: Vocabulary, rule: Any, depth: int) -> dict[str, Any]:
    if not isinstance(rule, Mapping):
        raise BadInput("rule", "A rule is a group of rows, or a row with a field, an operator and a value.")
    if "field" not in rule:
        return _checked_group(words, rule, depth)
    key, operator = rule["field"], rule.get("operator")
    field = words.fields.get(key) if isinstance(key, str) else None
    if field is None:
        raise BadInput("rule", f"There is no “{_name_of(key)}” to tell customers by. Take this row out.")
    if not isinstance(operator, str) or operator not in field.operators:
        known = ", ".join(field.operators)
        raise BadInput(field.key, f"{field.label} can't be compared by “{operator}”. Use one of: {known}.")
    row = {"field": field.key, "operator": operator}
    value = value_of(words, field, operator, rule.get("value"))
    return row if value is None else {**row, "value": value}


def _checked_group(words: Vocabulary, rule: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if len(rule) != 1 or not set(rule) <= {"all", "any"}:
        raise BadInput("rule", "A group of rows says whether all or any of them must hold.")
    if depth > DEEPEST:
        raise BadInput("rule", f"Groups may stand within each other {DEEPEST} deep. Make the rule simpler.")
    ((match, parts),) = rule.items()
    if not isinstance(parts, list) or len(parts) > MOST_ROWS:
        raise BadInput("rule", f"A group holds a list of up to {MOST_ROWS} rows.")
    return {match: [_checked(words, one, depth + 1) for one in parts]}


def _name_of(key: Any) -> str:
    return str(key).removeprefix("custom.")[:60]


def _rows(rule: Rule) -> int:
    if "field" in rule:
        return 1
    return sum(_rows(one) for parts in rule.values() for one in parts)


def _compiled(words: Vocabulary, rule: Rule) -> ColumnElement[bool]:
    if "field" in rule:
        return compared(words, words.fields[rule["field"]], rule["operator"], rule.get("value"))
    ((match, parts),) = rule.items()
    together = and_ if match == "all" else or_
    conditions = [_compiled(words, one) for one in parts if _rows(one)]
    return together(*conditions).self_group()


def _told(words: Vocabulary, rule: Rule, depth: int = 0) -> str:
    if "field" in rule:
        return _told_row(words, rule)
    ((match, parts),) = rule.items()
    said = ("; and " if match == "all" else "; or ").join(_told(words, one, depth + 1) for one in parts)
    return f"({said})" if depth and len(parts) > 1 else said


def _told_row(words: Vocabulary, row: Rule) -> str:
    field = words.fields.get(row["field"])
    if field is None:
        return f"{_name_of(row['field'])} (no longer there)"
    operator, value = row["operator"], row.get("value")
    says = field.operators.get(operator, operator)
    if operator in WITHOUT_VALUE:
        return f"{field.label}: {says}" if operator in ("yes", "no") else f"{field.label} {says}"
    if operator in ("within_days", "before_days"):
        days = "day" if value == 1 else "days"
        return f"{field.label} {says.replace('… days', f'{value:,} {days}')}"
    return f"{field.label} {says} {_told_value(words, field, operator, value)}"


def _told_value(words: Vocabulary, field: Field, operator: str, value: Any) -> str:
    if isinstance(value, list) and operator != "between":
        choices = words.choices_of(field)
        return ", ".join(choices.get(one, one if field.is_open else "one no longer there") for one in value)
    if operator == "between":
        return " and ".join(_told_value(words, field, "is", one) for one in value)
    if field.kind == MONEY:
        return format_money(value, words.shop.shop.currency)
    if field.kind == DAY:
        return f"{date.fromisoformat(value):%-d %b %Y}"
    return f"{value:,}" if isinstance(value, int | float) else f"“{value}”"
