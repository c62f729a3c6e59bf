"""How people pay: what a shop offers first depends on its country. Any other name may be kept on an order too."""

from crmcore.database.gate import Shop, ShopSession

LATER = "Later"

_MOBILE_MONEY = (
    "GHS", "KES", "UGX", "TZS", "RWF", "ZMW", "MWK", "XOF", "XAF", "MZN", "SLE", "LRD", "GMD", "GNF", "CDF", "MGA",
)  # fmt: skip
_BANK_TRANSFER = ("NGN", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "BRL", "VND", "IDR")


def methods_of(shop: Shop) -> list[str]:
    """What people of this shop's country pay with, the most usual first: Cash, UPI, Card, Later in India."""
    if shop.currency == "INR":
        local = ["UPI"]
    elif shop.currency in _MOBILE_MONEY:
        local = ["Mobile money"]
    elif shop.currency in _BANK_TRANSFER:
        local = ["Bank transfer"]
    else:
        local = []
    return ["Cash", *local, "Card", LATER]


def methods_in_use(shop: ShopSession) -> list[str]:
    """What the latest orders were paid with, beside what is usual here: to filter by."""
    usual = methods_of(shop.shop)
    used = [row["payment_method"] for row in shop.rows("orders/payment_methods", latest=2000)]
    return usual + [method for method in used if method not in usual]
