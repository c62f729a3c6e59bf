"""The columns a sheet of customers, people and companies may have."""

from functools import partial

from crmcore import companies, customer_fields
from crmcore.sheets.fields import headings
from crmcore.sheets.fields.field import field
from crmcore.sheets.fields.kinds import (
    BIRTHDAY,
    CHOICE,
    DEGREES,
    EMAIL,
    LONG_TEXT,
    MONEY,
    NAME,
    PERSON,
    PHONE,
    REF,
    SECOND_PHONE,
    TAGS,
    TEXT,
    WHOLE,
)

CUSTOMERS = (
    field("phone", "Phone", PHONE, headings.PHONE),
    field("second_phone", "Second phone", SECOND_PHONE, headings.SECOND_PHONE),
    field("ref", "Reference", REF, headings.REF + ", id, code, ref, reference, no, number, record id"),
    field(
        "name",
        "Name",
        NAME,
        headings.PERSON + ", name, full name, contact name, contact person, person, first name, firstname, given name,"
        "forename, nom, nombre, nama, vorname, prenom",
    ),
    field("last_name", "Last name", NAME, "last name, lastname, surname, family name, nachname, apellido, apellidos"),
    field(
        "company",
        "Company",
        NAME,
        headings.COMPANY
        + ", customer company, client company, trade name, trading name, legal name, unternehmen, entreprise",
    ),
    field("email", "E-mail", EMAIL, headings.EMAIL),
    field(
        "is_company",
        "Is a company",
        CHOICE,
        "is company, is organisation, is organization, is business",
        "yes_no",
    ),
    field(
        "industry",
        "Industry",
        TEXT,
        "industry, sector, industry sector, industry type, industry name, company industry, business sector, branche",
    ),
    field("website", "Website", TEXT, headings.WEBSITE, check=partial(companies.checked, "website")),
    field(
        "employees",
        "Employees",
        WHOLE,
        "no of employees, number of employees, num employees, employee count, employees count, headcount, staff count,"
        "company size, size of company",
        check=partial(companies.checked, "employees"),
    ),
    field(
        "annual_revenue",
        "Revenue a year",
        MONEY,
        "annual revenue, yearly revenue, company revenue, annual turnover, yearly turnover, company turnover,"
        "annual sales, jahresumsatz, chiffre d affaires",
        check=partial(companies.checked, "annual_revenue"),
    ),
    field(
        "tax_number",
        "Tax number",
        REF,
        "tax no, tax id, tax reg no, vat, vat no, vat number, vat id, vat reg no, gst, gst no, gst number, gstin,"
        "gstin no, gstin number, tin, tin no, tin number, ust id, ustidnr, steuernummer, nif, cif, cnpj, siret, abn",
        check=partial(companies.checked, "tax_number"),
    ),
    field(
        "birthday",
        "Birthday",
        BIRTHDAY,
        "birthday, birth date, birthdate, date of birth, dob, d o b, born, born on, bday, geburtsdatum,"
        "date de naissance, fecha de nacimiento, cumpleanos, tanggal lahir",
    ),
    field("gender", "Gender", TEXT, "sex, customer gender, geschlecht, genre, sexe, sexo, genero"),
    field(
        "language",
        "Language",
        TEXT,
        "preferred language, language preference, customer language, spoken language, sprache, langue, idioma",
    ),
    field(
        "address",
        "Address",
        LONG_TEXT,
        "address, address 1, address1, address line 1, street, street address, postal address, billing address,"
        "home address, customer address, full address, residence, locality, mailing address, mailing street,"
        "billing street, adresse, strasse, direccion, endereco, alamat",
    ),
    field("floor", "Floor", TEXT, "floor no, floor number"),
    field(
        "city",
        "City",
        TEXT,
        "city, town, place, customer city, billing city, mailing city, city name, ort, stadt, ville, ciudad, cidade,"
        "kota",
    ),
    field(
        "state",
        "State",
        TEXT,
        "province, state province, state region, state county, county, federal state, customer state, billing state,"
        "billing state province, mailing state, mailing state province, state name, bundesland, provincia, provinsi",
    ),
    field(
        "postcode",
        "Postcode",
        REF,
        headings.POSTCODE
        + ", customer zip, customer postcode, customer pincode, customer zip code prefix, billing zip,"
        "billing postcode, billing postal code, billing zip postal code, mailing zip, mailing postal code,"
        "mailing zip postal code, postleitzahl, code postal, codigo postal, cep, kode pos",
    ),
    field("latitude", "Latitude", DEGREES, "lat", check=partial(customer_fields.degrees, "latitude")),
    field("longitude", "Longitude", DEGREES, "lng, lon, long", check=partial(customer_fields.degrees, "longitude")),
    field("formatted_address", "Address for the map", LONG_TEXT, "formatted address, map address"),
    field(
        "status",
        "Status",
        CHOICE,
        "customer status, client status, account status, contact status, member status, active, is active",
        "customer_status",
    ),
    field(
        "category",
        "Category",
        TEXT,
        "category, customer category, customer type, client type, customer group, group, type, class,"
        "kategorie, categorie, categoria",
    ),
    field("segment", "Segment", TEXT, "customer segment, client segment, market segment, segmento"),
    field(
        "lifecycle_stage",
        "Lifecycle stage",
        TEXT,
        "life cycle stage, lifecycle, customer lifecycle, customer lifecycle stage, customer stage",
    ),
    field("engagement_level", "Engagement", TEXT, "engagement level, level of engagement, customer engagement"),
    field(
        "source",
        "Source",
        TEXT,
        "source, lead source, customer source, how did you hear, how did you hear about us, heard from, channel,"
        "referred by, origin, acquisition channel, came from, original source, quelle, origen",
    ),
    field("preferred_network", "Preferred network", TEXT, "network, preferred social network, social network"),
    field(
        "generic_preference",
        "Generic medicines",
        CHOICE,
        "generic preference, prefers generics, generics, medicine preference, brand preference",
    ),
    field("tags", "Tags", TAGS, "tags, tag, labels, label, keywords, groups"),
    field("notes", "Notes", LONG_TEXT, "notes, note, remarks, remark, comment, comments, memo, bemerkung, notas"),
    field("sales_rep", "Sales rep", PERSON, headings.REP + ", owner, assigned to"),
)
