"""Names as people write them: folded to plain lower-case words to search for, and a key to tell whether two are one."""

import re
import unicodedata

# Letters that are no accented form of a plain one, as people without that key type them.
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


def words_of(name: str | None) -> set[str]:
    """The words a name is found by; "O'Brien" and "Anne-Marie" both in parts and in one."""
    plain = fold(name or "")
    return {*split_words(plain), *split_words(re.sub(r"['’‘`-]", "", plain))}


def split_words(folded: str) -> list[str]:
    """The words of a folded text: letters and digits of any script, with the marks that belong to them."""
    if folded.isascii():
        return re.findall(r"[a-z0-9]+", folded)
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in folded).split()


def fold(text: str) -> str:
    """Lower case and without accents, so that "José" is found by "jose"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in decomposed if not _is_mark(sign)).translate(_PLAIN_LETTERS)


def key(name: str) -> str:
    """What all spellings of one name have in common: capitals, ß or ss, composed letters and blanks don't count,
    accents do. name_key() says the same in the database.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def _is_mark(sign: str) -> bool:
    """An accent, or a joiner that can't be seen."""
    return bool(unicodedata.combining(sign)) or unicodedata.category(sign) == "Cf"
