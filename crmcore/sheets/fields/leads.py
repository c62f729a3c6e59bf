"""The columns a sheet of leads may have."""

from crmcore.sheets.fields import headings
from crmcore.sheets.fields.field import field
from crmcore.sheets.fields.kinds import CHOICE, DAY, EMAIL, LONG_TEXT, NAME, PHONE, REF, SECOND_PHONE, SOMEBODY, TEXT

LEADS = (
    field(
        "ref",
        "Reference",
        REF,
        "lead id, lead no, lead number, lead code, lead ref, lead key, prospect id, prospect no, mql id, record id,"
        "record number, external id, crm id, id, reference, reference no, ref no",
    ),
    field(
        "name",
        "Name",
        NAME,
        "lead name, full name, contact name, prospect name, prospect, person, person name, contact person, lead,"
        "contact, name of lead, first name, firstname, given name, lead title, " + headings.NAME,
    ),
    field("last_name", "Last name", NAME, "last name, lastname, surname, family name"),
    field("company", "Company", TEXT, headings.COMPANY),
    field("job_title", "Job title", TEXT, "title, designation, position, role, job, job role, occupation, profession"),
    field("phone", "Phone", PHONE, headings.PHONE + ", person phone, lead phone"),
    field("second_phone", "Second phone", SECOND_PHONE, headings.SECOND_PHONE + ", person phone, lead phone"),
    field("email", "E-mail", EMAIL, headings.EMAIL + ", person email, lead email"),
    field("website", "Website", TEXT, headings.WEBSITE),
    field("city", "City", TEXT, "city, town, place, location, city name, ort, stadt, ville, ciudad, cidade, kota"),
    field("postcode", "Postcode", REF, headings.POSTCODE),
    field(
        "source",
        "Came from",
        TEXT,
        "source, lead source, source name, lead source name, origin, lead origin, original source, source of lead,"
        "channel, lead channel, utm source,"
        "traffic source, acquisition channel, marketing channel, campaign, campaign name, how did you hear,"
        "how did you hear about us, heard from, referred by, quelle, origen",
    ),
    field(
        "quality",
        "Quality",
        CHOICE,
        "lead quality, temperature, lead temperature, rating, lead rating, warmth, hotness, priority, interest level",
        "lead_quality",
    ),
    field(
        "status",
        "Status",
        CHOICE,
        "lead status, lead stage, lead state, stage, state of lead, lifecycle stage, converted, is converted,"
        "conversion status, disposition",
        "lead_status",
    ),
    field(
        "created_on",
        "Came up on",
        DAY,
        "created on, created at, create date, created date, creation date, date created, created, created time,"
        "creation time, lead date, lead created, lead created on, lead lead created, date of lead, first contact date,"
        "first contact,"
        "first contacted on, enquiry date, inquiry date, date added, added on, date entered, received on, captured on,"
        "date, timestamp, datetime, sign up date, signup date, fecha, datum, tanggal",
    ),
    field(
        "converted_on",
        "Converted on",
        DAY,
        "converted at, converted date, conversion date, date converted, converted time, converted date time, won date,"
        "date won, won on, closed date, close date, closed on, became customer on, customer since",
    ),
    field(
        "assigned_to",
        "Assigned to",
        SOMEBODY,
        "assigned to, owner, lead owner, owner name, contact owner, account owner, assigned user, assigned,"
        "assignee, responsible, responsible person, executive, sales executive, business developer, sdr, "
        + headings.REP,
    ),
    field(
        "notes",
        "Notes",
        LONG_TEXT,
        "notes, note, remarks, remark, comment, comments, memo, description, details, message, requirement,"
        "requirements, enquiry, inquiry, bemerkung, notas",
    ),
)
