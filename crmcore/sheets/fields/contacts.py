"""The columns a sheet of contacts to be called may have."""

from crmcore.sheets.fields import headings
from crmcore.sheets.fields.field import field
from crmcore.sheets.fields.kinds import EMAIL, LONG_TEXT, MORE_PHONES, NAME, PHONES, TAGS

CONTACTS = (
    field(
        "phone",
        "Phone",
        PHONES,
        headings.PHONE
        + ", phones, phone numbers, mobiles, mobile numbers, mobile nos, contact nos, contact numbers, contact,"
        "contacts, contact details, number, numbers, nummer, numero, numeros, telefonnummern, telefonos",
    ),
    field("other_phone", "Other phone", MORE_PHONES, headings.SECOND_PHONE),
    field(
        "name",
        "Name",
        NAME,
        headings.NAME
        + ", name, full name, contact name, contact person, person, person name, prospect, lead name, names,"
        "company name, shop name, organisation name, organization name, nom, nombre, nama",
    ),
    field("email", "E-mail", EMAIL, headings.EMAIL),
    field(
        "notes", "Notes", LONG_TEXT, "notes, note, remarks, remark, comment, comments, memo, bemerkung, notas, details"
    ),
    field("tags", "Tags", TAGS, "tags, tag, labels, label, keywords, groups, group, category, segment"),
)
