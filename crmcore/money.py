"""Amounts of money: read as people write them, shown as the shop's country does. Always Decimal, never float.

An amount has no currency of its own: it is in the shop's, and a mark of another currency is refused.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_symbol

from crmcore.errors import BadInput

LARGEST = Decimal("99999999.99")
LARGEST_DEAL = Decimal("999999999999")
CENT = Decimal("0.01")

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_AMOUNT = re.compile(r"([^0-9]*)([0-9](?:[0-9.,'’ ]*[0-9])?)([^0-9]*)", re.DOTALL)
_SIGNS = re.compile(r"[-−–+().,'’\s]|/[-=]")
_MINUS = re.compile(r"[-−–]")
_ENDINGS = re.compile(r"\s*(?:[/.,][-=]+|only)\s*$", re.IGNORECASE)  # "500/-", "500.-"
_EXPONENT = re.compile(r"(-?)([0-9])(?:\.([0-9]+))?[eE]([+-]?[0-9]{1,2})")
_EXTRA_MARKS = {
    "INR": ("rs", "re", "rupees", "rupee"),
    "PKR": ("rs",),
    "LKR": ("rs",),
    "NPR": ("rs",),
    "GHS": ("₵", "gh¢", "ghc", "gh₵", "cedis"),
    "USD": ("us$", "usd$"),
    "KES": ("ksh", "kshs", "kes"),
    "JPY": ("¥",),
    "CNY": ("¥",),
}


class _Style(NamedTuple):
    """How one currency is written where it is at home, in English."""

    prefix: str
    suffix: str
    group: str
    decimal: str
    indian: bool


def parse_amount(
    raw: object,
    currency: str,
    decimal_mark: str | None = None,
    *,
    region: str | None = None,
    largest: Decimal = LARGEST,
) -> Decimal:
    """Read an amount in the shop's `currency`; raise BadInput("amount") with the reason, also above the `largest`.

    "1,234" and "1.234" can be read two ways: `decimal_mark` (see `decimal_mark_of`) decides, else the habit of the
    `region`, where it is said, or of the currency's own country.
    """
    text = str(raw if raw is not None else "").strip()
    mark = decimal_mark or _home_mark(region or currency)
    if _PLAIN.fullmatch(text) and (mark == "." or text.find(".") < len(text) - 4):
        amount = Decimal(text)
    else:
        amount = _read(text, currency, mark, strict=decimal_mark is not None)
    if abs(amount) > largest:
        raise BadInput("amount", f"{text} is more than {format_money(largest, currency)}: check the amount.")
    return amount


def decimal_mark_of(values: Iterable[str]) -> str | None:
    """The decimal mark a whole column agrees on, "." or ","; None when it shows none or both."""
    seen = set()
    for value in values:
        marks = re.findall(r"[.,](?=[0-9])", value)
        if not marks or (len(marks) > 1 and len(set(marks)) == 1):
            continue
        tail = re.search(r"[.,]([0-9]+)[^0-9.,]*$", value)
        if tail and (len(set(marks)) == 2 or len(tail[1]) != 3):
            seen.add(marks[-1])
    return seen.pop() if len(seen) == 1 else None


def names(shown: str, currency: str) -> bool:
    """Whether this means the currency: its code, its sign or its English name."""
    return re.sub(r"[.\s]", "", shown).casefold() in _marks(currency)


def format_money(amount: Decimal | int, currency: str, short: bool = False) -> str:
    """₹12,48,560, with decimals only where they occur; `short` is ₹11.2 L, ₹50 k, $1.3 M."""
    style = _style(currency)
    rounded = Decimal(amount).quantize(CENT, ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    number = _short(abs(rounded), style) if short else _whole(abs(rounded), style)
    return f"{sign}{style.prefix}{number}{style.suffix}"


def _whole(amount: Decimal, style: _Style) -> str:
    digits, cents = f"{amount:.2f}".split(".")
    if style.indian and len(digits) > 3:
        head, tail = digits[:-3], digits[-3:]
        digits = re.sub(r"(?<=[0-9])(?=(?:[0-9]{2})+$)", style.group, head) + style.group + tail
    else:
        digits = f"{int(digits):,}".replace(",", style.group)
    return digits if cents == "00" else digits + style.decimal + cents


def _short(amount: Decimal, style: _Style) -> str:
    steps = [(3, "k"), (5, "L"), (7, "Cr")] if style.indian else [(3, "k"), (6, "M"), (9, "B")]
    shown, unit, taken = amount.quantize(Decimal(1), ROUND_HALF_UP), "", 0
    for power, name in steps:
        if shown.scaleb(taken) >= Decimal(10) ** power:  # as rounded: 99,950 is 1 L, not 100 k
            shown, unit, taken = amount.scaleb(-power).quantize(Decimal("0.1"), ROUND_HALF_UP), name, power
    return f"{shown:.1f}".removesuffix(".0").replace(".", style.decimal) + (f" {unit}" if unit else "")


def _read(text: str, currency: str, mark: str, strict: bool) -> Decimal:
    if exponent := _EXPONENT.fullmatch(text):
        decimals, power = exponent[3] or "", int(exponent[4])
        if len(decimals) < power:
            raise BadInput(
                "amount", f"{text} has lost its last digits in a spreadsheet: type it again as a number."
            )
        return Decimal(text)
    shown = _ENDINGS.sub("", _ascii(text))
    found = _AMOUNT.fullmatch(shown)
    if not found:
        raise _no_amount(text)
    before, number, after = found.groups()
    _check_marks((before, after), text, currency)
    if before.strip(" -−–+(") in (".", ","):
        number = "0." + number
    negative = bool(_MINUS.search(before) or _MINUS.search(after)) or ("(" in before and ")" in after)
    amount = _digits(number, text, mark, strict)
    return -amount if negative else amount


def _digits(number: str, text: str, mark: str, strict: bool) -> Decimal:
    """The value of "1,23,456.50", "1.234,56" or "1 234.5" by the marks between its digits."""
    if re.search(r"['’ ]", number):
        if not re.fullmatch(r"[0-9]{1,3}(?:['’ ][0-9]{3})+(?:[.,][0-9]+)?", number):
            raise _no_amount(text)
        number, strict = re.sub(r"['’ ]", "", number), False
        if re.fullmatch(r"[0-9]+[.,][0-9]+", number):
            return Decimal(number.replace(",", "."))
    marks = re.findall(r"[.,]", number)
    if not marks:
        return Decimal(number)
    last = marks[-1]
    whole, _, tail = number.rpartition(last)
    if len(set(marks)) == 2:
        decimal = marks.count(last) == 1
    elif len(marks) > 1:
        decimal = False
    elif len(tail) == 3 and whole.lstrip("0") and len(whole) <= 3:
        decimal = last == mark
    else:
        decimal = not strict or last == mark
    grouped = whole if decimal else number
    if re.search(r"[.,]", grouped) and not re.fullmatch(
        r"[0-9]{1,3}(?:[.,][0-9]{2,3})*[.,][0-9]{3}", grouped
    ):
        raise _no_amount(text)
    return Decimal(re.sub(r"[.,]", "", grouped) + ("." + tail if decimal else ""))


def _check_marks(parts: tuple[str, str], text: str, currency: str) -> None:
    for part in parts:
        mark = _SIGNS.sub("", part).casefold()
        if mark and mark not in _marks(currency):
            if mark in _known_marks() or mark.upper() in _currencies():
                raise BadInput(
                    "amount", f"{text} is in another currency: this shop's amounts are in {currency}."
                )
            raise _no_amount(text)


def _no_amount(text: str) -> BadInput:
    what = text or "An empty cell"
    return BadInput("amount", f"{what} is not an amount of money: write it as a number, such as 1250.50.")


def _ascii(text: str) -> str:
    spaced = re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text)
    return spaced if spaced.isascii() else re.sub(r"\d", lambda digit: str(int(digit[0])), spaced)


@lru_cache(maxsize=64)
def _home(currency: str) -> Locale:
    """The English locale of the currency's own country; plain English where there is none."""
    try:
        return Locale.parse(f"en_{currency[:2]}")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=64)
def _home_mark(place: str) -> str:
    """The decimal mark of a region, or of the country a currency is named after."""
    try:
        symbols = Locale.parse(f"und_{place[:2]}").number_symbols
    except (UnknownLocaleError, ValueError):
        return "."
    return str(symbols.get("latn", {}).get("decimal", "."))


@lru_cache(maxsize=64)
def _style(currency: str) -> _Style:
    locale = _home(currency)
    pattern = locale.currency_formats["standard"]
    symbol = get_currency_symbol(currency, locale)
    prefix, suffix = (side.replace("¤", symbol) for side in (pattern.prefix[0], pattern.suffix[0]))
    if prefix[-1:].isalpha():
        prefix += "\u00a0"
    symbols = locale.number_symbols["latn"]
    return _Style(prefix, suffix, symbols["group"], symbols["decimal"], indian=pattern.grouping == (3, 2))


@lru_cache(maxsize=64)
def _marks(currency: str) -> frozenset[str]:
    """What may stand beside an amount of this currency, in lower case without dots."""
    found = {currency, get_currency_symbol(currency, _home(currency)), get_currency_symbol(currency, "en")}
    with suppress(UnknownLocaleError, ValueError):
        found.add(get_currency_symbol(currency, Locale.parse(f"und_{currency[:2]}")))
    found.add(get_currency_name(currency, locale="en"))
    return frozenset(re.sub(r"[.\s]", "", mark).casefold() for mark in found) | {
        *_EXTRA_MARKS.get(currency, ())
    }


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))


@lru_cache(maxsize=1)
def _known_marks() -> frozenset[str]:
    symbols = {symbol.casefold() for symbol in Locale("en").currency_symbols.values()}
    return frozenset(symbols) | {"$", "us$", "rs", "kr", "ksh", "₵", "฿", "₽", "₺", "zł"}
