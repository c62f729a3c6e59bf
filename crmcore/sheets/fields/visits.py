"""The columns a sheet of visits may have."""

from crmcore.sheets.fields import headings
from crmcore.sheets.fields.field import field
from crmcore.sheets.fields.kinds import CHOICE, LONG_TEXT, MOMENT, MONEY, NAME, PERSON, PHONE, REF

VISITS = (
    field(
        "visited_on",
        "Date of the visit",
        MOMENT,
        "visit date, visited on, visited at, date of visit, visit day, visit time, visit datetime, visit timestamp,"
        "visited, date, datetime, date time, timestamp, day, check in, checkin, check in date, check in time,"
        "arrival, arrived at, entry date, entry time, in time, walk in date, walkin date, appointment date,"
        "appointment, transaction timestamp, transaction date, created at, created on, created, logged at,"
        "enquiry date, inquiry date, session date, fecha, fecha de visita, date de visite, besuchsdatum, datum,"
        "tanggal",
    ),
    field("customer_phone", "Customer's phone", PHONE, headings.PHONE + ", visitor phone, visitor mobile"),
    field("customer_ref", "Customer's reference", REF, headings.REF + ", visitor id, visitor no, id"),
    field(
        "customer_name",
        "Customer's name",
        NAME,
        headings.NAME + ", name, full name, visitor, visitor name, walk in name, walkin name, contact name, prospect",
    ),
    field(
        "handled_by",
        "Handled by",
        PERSON,
        headings.REP
        + ", attendant, consultant, advisor, host, met by, met with, representative, executive, sales executive",
    ),
    field(
        "visit_type",
        "Type of visit",
        CHOICE,
        "visit type, type, visit kind, kind of visit, kind, mode, mode of visit",
    ),
    field(
        "purpose",
        "Purpose",
        CHOICE,
        "visit purpose, purpose of visit, reason, reason for visit, visit reason, came for, came to, intent",
    ),
    field(
        "interest",
        "Interest",
        CHOICE,
        "interest level, level of interest, lead temperature, temperature, customer interest, rating, potential,"
        "buying interest",
    ),
    field(
        "outcome",
        "Outcome",
        CHOICE,
        "result, visit outcome, visit result, disposition, visit status, status, conversion, what came of it",
    ),
    field(
        "estimated_value",
        "Estimated value",
        MONEY,
        "estimated deal value, deal value, expected value, estimate, estimated amount, potential value, value, amount,"
        "budget, quote value, quote amount, quotation amount, expected amount",
    ),
    field(
        "notes",
        "Notes",
        LONG_TEXT,
        "notes, note, remarks, remark, comment, comments, memo, discussion, discussed, feedback, visit notes,"
        "customer feedback, bemerkung, notas, requirement, requirements",
    ),
)
