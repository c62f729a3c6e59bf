"""The fields a sheet can fill, noun by noun, and what shops call them.

Names are compared squeezed (letters and digits only, lower case), so "Mobile No." is written here as "mobile no".
Where a name could mean two fields, it stands at the likelier one and what the column holds decides.
"""

from collections.abc import Mapping, Sequence

from crmcore.errors import BadInput
from crmcore.sheets.fields.contacts import CONTACTS
from crmcore.sheets.fields.customers import CUSTOMERS
from crmcore.sheets.fields.field import Field as Field
from crmcore.sheets.fields.leads import LEADS
from crmcore.sheets.fields.opportunities import OPPORTUNITIES
from crmcore.sheets.fields.orders import ORDERS
from crmcore.sheets.fields.own import OWN_FIELD as OWN_FIELD
from crmcore.sheets.fields.own import own_fields as own_fields
from crmcore.sheets.fields.products import PRODUCTS
from crmcore.sheets.fields.visits import VISITS

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "orders": ORDERS,
    "customers": CUSTOMERS,
    "contacts": CONTACTS,
    "products": PRODUCTS,
    "visits": VISITS,
    "leads": LEADS,
    "opportunities": OPPORTUNITIES,
}

# All names of all nouns, by which a header row is told from a title or from data.
KNOWN_NAMES = frozenset(name for fields in FIELDS.values() for field in fields for name in field.names)


def field_of(noun: str, key: str, own: Sequence[Field] = ()) -> Field:
    """The field with this key; BadInput("column") naming those there are. `own`: what the shop has besides."""
    fields = (*FIELDS[noun], *own)
    for field in fields:
        if field.key == key:
            return field
    known = ", ".join(field.key for field in fields)
    raise BadInput("column", f"There is no field {key} for {noun}: its fields are {known}.")
