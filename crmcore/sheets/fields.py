"""The fields a sheet can fill, noun by noun, and what shops call them.

Names are compared squeezed (letters and digits only, lower case), so "Mobile No." is written here as "mobile no".
Where a name could mean two fields, it stands at the likelier one and what the column holds decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from crmcore import companies, custom_fields, customer_fields
from crmcore.errors import BadInput
from crmcore.sheets.headers import squeeze

# What a field holds: decides how it is cleaned, and whether its column can be told by its content.
PHONE, REF, EMAIL, NAME, TEXT, LONG_TEXT = "phone", "ref", "email", "name", "text", "long text"
MOMENT, BIRTHDAY, MONEY, PRICE, QUANTITY, DAYS = "moment", "birthday", "money", "price", "quantity", "days"
CHOICE, PERSON, TAGS = "choice", "person", "tags"
PHONES, MORE_PHONES = "phones", "more phones"  # cells that may hold several numbers
DAY, LIKELY = "day", "likely"  # a day that may lie ahead; a probability in percent
CURRENCY = "currency"
SOMEBODY = "somebody"  # a person of the team, who joins it when nobody has that name yet
WHOLE, DEGREES = "whole number", "degrees"
OWN_TEXT, OWN_NUMBER, OWN_DATE = "own text", "own number", "own date"  # a field the shop made itself
OWN_CHOICE, OWN_YES_NO = "own choice", "own yes or no"


@dataclass(frozen=True)
class Field:
    """One field of a noun: its key (`--column key=Header`), its label, what it holds, its squeezed names by rank.

    `choices`: under which key of CHOICES its words stand. `check`: what its form makes of a value, where it has a rule
    of its own. `own`: the key of a field the shop made itself, `words`: what may stand in it, if that is a choice.
    """

    key: str
    label: str
    holds: str
    names: Mapping[str, int]
    choices: str = ""
    check: Callable[[Any], Any] | None = None
    own: str = ""
    words: tuple[str, ...] = ()


def _field(
    key: str, label: str, holds: str, names: str, choices: str = "", check: Callable[[Any], Any] | None = None
) -> Field:
    squeezed = dict.fromkeys(squeeze(name) for name in (key, label, *names.split(",")))
    return Field(key, label, holds, {name: rank for rank, name in enumerate(squeezed)}, choices or key, check)


_PHONE = (
    "phone, phone no, phone number, phone nr, mobile, mobile no, mobile number, mobile phone, mob, mob no, mobileno,"
    "cell, cell phone, cell no, cell number, contact no, contact number, contact phone, tel, tel no, telephone,"
    "telephone no, telephone number, whatsapp, whatsapp no, whatsapp number, wa number, msisdn, handphone, hp no,"
    "ph, ph no, ph number, customer mobile, customer mobile no, customer phone no, customer phone number,"
    "customer contact, customer contact no, customer contact number, customer tel, billing phone, shipping phone,"
    "buyer phone, buyer mobile, client phone, client mobile, party mobile, party phone, party mobile no,"
    "patient phone, patient mobile, member phone, guest phone, telefono, telefon, telefonnummer, telefone,"
    "telephone portable, celular, movil, handy, numero de telefono, numero de telephone, no hp, no telp, phone 1,"
    "mobile 1, primary phone, primary mobile"
)
_REF = (
    "customer unique id,"
    "customer id, customer no, customer number, customer code, customer ref, customer reference, cust id, cust no,"
    "cust code, client id, client no, client code, client number, account no, account number, account id,"
    "account code, member id, member no, member number, membership no, membership id, household id, household key,"
    "household, user id, userid, shopper id, buyer id, party code, party id, patient id, patient no, guest id,"
    "loyalty card, loyalty card no, loyalty id, card no, card number, customer key, customer_ref,"
    "kundennummer, kunden nr, kundennr, numero client, id cliente, codigo cliente, cliente id"
)
_EMAIL = (
    "email, e mail, email id, e mail id, email address, mail, mail id, customer email, customer e mail,"
    "customer email id, customer email address, client email, buyer email, billing email, contact email, emailid,"
    "correo, correo electronico, courriel, e mail adresse"
)
_PERSON = (
    "customer name, name of customer, customer full name, cust name, client name, client, party name, party,"
    "name of party, buyer name, buyer, bill to, billed to, bill to name, billing name, patient name, patient,"
    "guest name, member name, customer, kunde, kundenname, nom du client, nombre cliente,"
    "nombre del cliente, cliente, nama pelanggan, name of the customer, customers name"
)
_NAME = _PERSON + ", account name"
_COMPANY = (
    "company name, organisation, organization, organisation name, organization name, account, account name,"
    "business, business name, firm, firm name, employer, company account, associated company, shop name, firma,"
    "empresa, societe"
)
_WEBSITE = (
    "web site, website url, website address, url, web, homepage, site, company website, domain, company domain,"
    "company domain name"
)
_POSTCODE = "post code, postal code, zip, zip code, zipcode, zip postal code, pin, pin code, pincode, plz"
_REP = (
    "sales rep, sales representative, salesperson, sales person, salesman, sales man, rep, rep name, served by,"
    "sold by, seller, staff, staff name, employee, employee name, cashier, attended by, handled by, agent,"
    "account manager, salesperson name, verkaufer, vendeur, vendedor"
)
_SKU = (
    "sku, stock code, stockcode, item code, item no, item number, item id, product code, product id, product no,"
    "product number, product sku, article no, article number, article code, barcode, bar code, ean, upc, isbn, asin,"
    "plu, lineitem sku, variant sku, part no, part number, material, material code, item sku, artikelnummer,"
    "reference article, codigo, codigo producto, drug code, product key"
)
_CATEGORY = (
    "category, product category, item category, product group, item group, department, product type, item type,"
    "product line, sub category, subcategory, product category name, commodity, commodity desc, class,"
    "kategorie, warengruppe, categorie, categoria"
)

ORDERS = (
    _field(
        "order_number",
        "Order number",
        REF,
        "order no, order id, order, order nr, order ref, order reference, orderid, order key, sales order,"
        "sales order no, so no, invoice, invoice no, invoice number, invoice id, inv no, inv number, inv, bill,"
        "bill no, bill number, bill id, receipt, receipt no, receipt number, receipt id, transaction id,"
        "transaction no, transaction number, trans id, txn id, txn no, basket, basket id, basket no, voucher no,"
        "voucher number, vch no, document no, doc no, ticket, ticket no, ticket number, check no, cart id,"
        "sale id, sale no, sales id, bon, bonnummer, rechnungsnummer, rechnung nr, bestellnummer, auftragsnummer,"
        "numero de facture, no facture, numero commande, factura, numero factura, no factura, pedido, folio,"
        "no transaksi, no nota",
    ),
    _field(
        "ordered_at",
        "Date",
        MOMENT,
        "order date, ordered at, ordered on, order datetime, order time, order timestamp, date of order,"
        "order purchase timestamp, invoice date, invoice datetime, inv date, invoicedate, bill date, billing date,"
        "date of bill, receipt date, transaction date, transaction time, transaction timestamp,"
        "transaction datetime, trans date, txn date, tran date, purchase date, purchased at, purchased on,"
        "date of purchase, sale date, sales date, date of sale, sold on, sold at, date, datetime, date time,"
        "timestamp, created at, created on, created, day, voucher date, vch date, document date, doc date,"
        "posting date, visit date, processed at, paid at, completed at, datum, rechnungsdatum, bestelldatum,"
        "date de facture, date facture, date commande, fecha, fecha factura, fecha de compra, data, tanggal, tgl",
    ),
    _field("customer_phone", "Customer's phone", PHONE, _PHONE),
    _field("customer_ref", "Customer's reference", REF, _REF),
    _field("customer_name", "Customer's name", NAME, _NAME + ", name, full name"),
    _field("customer_email", "Customer's e-mail", EMAIL, _EMAIL),
    _field(
        "product",
        "Product",
        NAME,
        "product, product name, item, item name, item description, description, product description,"
        "product title, title, lineitem name, line item, line item name, article, article name, particulars,"
        "name of item, item desc, product desc, goods, good, service, service name, medicine, medicine name,"
        "drug, drug name, drug description, artikel, artikelbezeichnung, bezeichnung, produkt, produit,"
        "designation, producto, descripcion, articulo, produto, descricao, nama barang, barang",
    ),
    _field("sku", "Product code (SKU)", REF, _SKU + ", code"),
    _field("category", "Product category", TEXT, _CATEGORY),
    _field(
        "quantity",
        "Quantity",
        QUANTITY,
        "qty, quantity ordered, order qty, order quantity, quantity sold, sales quantity, qty sold, no of items,"
        "number of items, units, units sold, unit sold, pieces, pcs, nos, lineitem quantity, item quantity, item qty,"
        "product quantity, sale qty, sales qty, sold qty, billed qty, billed quantity, menge, anzahl, stuck, quantite,"
        "qte, cantidad, quantidade, jumlah",
    ),
    _field(
        "unit_price",
        "Price per piece",
        PRICE,
        "unitprice, price, price per unit, price each, priceeach, rate, unit rate, item price, product price,"
        "selling price, sale price, sales price, unit selling price, lineitem price, mrp, price per piece,"
        "unit cost price, einzelpreis, preis, stuckpreis, prix, prix unitaire, pu, precio, precio unitario,"
        "preco, preco unitario, harga, harga satuan",
    ),
    _field(
        "line_total",
        "Total of the line",
        MONEY,
        "line total, line amount, line value, line item total, item total, item amount, item value, sales value,"
        "sales_value, sale value, sales, sales amount, sale amount, ext price, extended price, extended amount,"
        "subtotal, sub total, total price, total_price, price total, amount, amt, revenue, net amount,"
        "turnover, gross sales, net sales, line sales, spend, amount spent, gesamtpreis, betrag,"
        "montant, montant ligne, importe, valor, value, total sales, taxable value",
    ),
    _field(
        "total",
        "Total of the order",
        MONEY,
        "order total, order amount, order value, total amount, total amt, grand total, invoice total, invoice amount,"
        "invoice value, inv amount, bill amount, bill total, bill value, receipt total, basket total, basket value,"
        "total_amount, total value, net total, total paid, amount paid, paid amount, paid, payment value,"
        "transaction amount, transaction value, total bill, total bill amount, total due, total incl tax,"
        "total including tax, gross total, gross amount, final amount, payable amount, summe, gesamtbetrag,"
        "gesamtsumme, total ttc, montant total, importe total, total factura, valor total, total harga",
    ),
    _field(
        "status",
        "Status",
        CHOICE,
        "order status, orderstatus, invoice status, payment status, financial status, sale status, state of order,"
        "transaction status, bill status, fulfillment status, statut, estado",
    ),
    _field(
        "payment_method",
        "Payment method",
        TEXT,
        "payment, payment mode, mode of payment, payment type, pay mode, paymode, paid by, paid via, paid with, tender,"
        "tender type, payment gateway, gateway, payment option, zahlungsart, zahlungsmethode, mode de paiement,"
        "forma de pago, metodo de pago, forma de pagamento",
    ),
    _field("sales_rep", "Sales rep", PERSON, _REP),
    _field(
        "link",
        "Link",
        TEXT,
        "slug, source slug, link slug, referral link, campaign link, utm link, tracking link",
    ),
    _field(
        "medicine_days",
        "Days the medicine lasts",
        DAYS,
        "days supply, day supply, days of supply, supply days, medicine duration, duration, duration days,"
        "days of medicine, course days, no of days, for days",
    ),
)

CUSTOMERS = (
    _field("phone", "Phone", PHONE, _PHONE),
    _field("ref", "Reference", REF, _REF + ", id, code, ref, reference, no, number, record id"),
    _field(
        "name",
        "Name",
        NAME,
        _PERSON + ", name, full name, contact name, contact person, person, first name, firstname, given name,"
        "forename, nom, nombre, nama, vorname, prenom",
    ),
    _field("last_name", "Last name", NAME, "last name, lastname, surname, family name, nachname, apellido, apellidos"),
    _field(
        "company",
        "Company",
        NAME,
        _COMPANY + ", customer company, client company, trade name, trading name, legal name, unternehmen, entreprise",
    ),
    _field("email", "E-mail", EMAIL, _EMAIL),
    _field(
        "is_company",
        "Is a company",
        CHOICE,
        "is company, is organisation, is organization, is business",
        "yes_no",
    ),
    _field(
        "industry",
        "Industry",
        TEXT,
        "industry, sector, industry sector, industry type, industry name, company industry, business sector, branche",
    ),
    _field("website", "Website", TEXT, _WEBSITE, check=partial(companies.checked, "website")),
    _field(
        "employees",
        "Employees",
        WHOLE,
        "no of employees, number of employees, num employees, employee count, employees count, headcount, staff count,"
        "company size, size of company",
        check=partial(companies.checked, "employees"),
    ),
    _field(
        "annual_revenue",
        "Revenue a year",
        MONEY,
        "annual revenue, yearly revenue, company revenue, annual turnover, yearly turnover, company turnover,"
        "annual sales, jahresumsatz, chiffre d affaires",
        check=partial(companies.checked, "annual_revenue"),
    ),
    _field(
        "tax_number",
        "Tax number",
        REF,
        "tax no, tax id, tax reg no, vat, vat no, vat number, vat id, vat reg no, gst, gst no, gst number, gstin,"
        "gstin no, gstin number, tin, tin no, tin number, ust id, ustidnr, steuernummer, nif, cif, cnpj, siret, abn",
        check=partial(companies.checked, "tax_number"),
    ),
    _field(
        "birthday",
        "Birthday",
        BIRTHDAY,
        "birthday, birth date, birthdate, date of birth, dob, d o b, born, born on, bday, geburtsdatum,"
        "date de naissance, fecha de nacimiento, cumpleanos, tanggal lahir",
    ),
    _field("gender", "Gender", TEXT, "sex, customer gender, geschlecht, genre, sexe, sexo, genero"),
    _field(
        "language",
        "Language",
        TEXT,
        "preferred language, language preference, customer language, spoken language, sprache, langue, idioma",
    ),
    _field(
        "address",
        "Address",
        LONG_TEXT,
        "address, address 1, address1, address line 1, street, street address, postal address, billing address,"
        "home address, customer address, full address, residence, locality, mailing address, mailing street,"
        "billing street, adresse, strasse, direccion, endereco, alamat",
    ),
    _field("floor", "Floor", TEXT, "floor no, floor number"),
    _field(
        "city",
        "City",
        TEXT,
        "city, town, place, customer city, billing city, mailing city, city name, ort, stadt, ville, ciudad, cidade,"
        "kota",
    ),
    _field(
        "state",
        "State",
        TEXT,
        "province, state province, state region, state county, county, federal state, customer state, billing state,"
        "billing state province, mailing state, mailing state province, state name, bundesland, provincia, provinsi",
    ),
    _field(
        "postcode",
        "Postcode",
        REF,
        _POSTCODE + ", customer zip, customer postcode, customer pincode, customer zip code prefix, billing zip,"
        "billing postcode, billing postal code, billing zip postal code, mailing zip, mailing postal code,"
        "mailing zip postal code, postleitzahl, code postal, codigo postal, cep, kode pos",
    ),
    _field("latitude", "Latitude", DEGREES, "lat", check=partial(customer_fields.degrees, "latitude")),
    _field("longitude", "Longitude", DEGREES, "lng, lon, long", check=partial(customer_fields.degrees, "longitude")),
    _field("formatted_address", "Address for the map", LONG_TEXT, "formatted address, map address"),
    _field(
        "status",
        "Status",
        CHOICE,
        "customer status, client status, account status, contact status, member status, active, is active",
        "customer_status",
    ),
    _field(
        "category",
        "Category",
        TEXT,
        "category, customer category, customer type, client type, customer group, group, type, class,"
        "kategorie, categorie, categoria",
    ),
    _field("segment", "Segment", TEXT, "customer segment, client segment, market segment, segmento"),
    _field(
        "lifecycle_stage",
        "Lifecycle stage",
        TEXT,
        "life cycle stage, lifecycle, customer lifecycle, customer lifecycle stage, customer stage",
    ),
    _field("engagement_level", "Engagement", TEXT, "engagement level, level of engagement, customer engagement"),
    _field(
        "source",
        "Source",
        TEXT,
        "source, lead source, customer source, how did you hear, how did you hear about us, heard from, channel,"
        "referred by, origin, acquisition channel, came from, original source, quelle, origen",
    ),
    _field("preferred_network", "Preferred network", TEXT, "network, preferred social network, social network"),
    _field(
        "generic_preference",
        "Generic medicines",
        CHOICE,
        "generic preference, prefers generics, generics, medicine preference, brand preference",
    ),
    _field("tags", "Tags", TAGS, "tags, tag, labels, label, keywords, groups"),
    _field("notes", "Notes", LONG_TEXT, "notes, note, remarks, remark, comment, comments, memo, bemerkung, notas"),
    _field("sales_rep", "Sales rep", PERSON, _REP + ", owner, assigned to"),
)

CONTACTS = (
    _field(
        "phone",
        "Phone",
        PHONES,
        _PHONE + ", phones, phone numbers, mobiles, mobile numbers, mobile nos, contact nos, contact numbers, contact,"
        "contacts, contact details, number, numbers, nummer, numero, numeros, telefonnummern, telefonos",
    ),
    _field(
        "other_phone",
        "Other phone",
        MORE_PHONES,
        "other phones, other number, other mobile, other contact, alternate phone, alternate mobile, alternate number,"
        "alternate no, alternate contact, alternate contact no, alternative phone, alternative number, alt phone,"
        "alt mobile, alt number, alt no, second phone, second mobile, second number, secondary phone, secondary mobile,"
        "phone 2, phone2, mobile 2, mobile2, mobile no 2, phone no 2, contact 2, contact no 2, tel 2, number 2,"
        "landline, landline no, landline number, land line, home phone, home number, residence phone, office phone,"
        "office number, work phone, business phone, " + _PHONE,
    ),
    _field(
        "name",
        "Name",
        NAME,
        _NAME + ", name, full name, contact name, contact person, person, person name, prospect, lead name, names,"
        "company name, shop name, organisation name, organization name, nom, nombre, nama",
    ),
    _field("email", "E-mail", EMAIL, _EMAIL),
    _field(
        "notes", "Notes", LONG_TEXT, "notes, note, remarks, remark, comment, comments, memo, bemerkung, notas, details"
    ),
    _field("tags", "Tags", TAGS, "tags, tag, labels, label, keywords, groups, group, category, segment"),
)

PRODUCTS = (
    _field("sku", "Product code (SKU)", REF, _SKU + ", code, id, handle"),
    _field(
        "name",
        "Name",
        NAME,
        "name, product, product name, item, item name, description, item description, product description,"
        "product title, title, article, article name, particulars, medicine, medicine name, drug name, artikel,"
        "bezeichnung, produkt, produit, designation, producto, descripcion, nama barang",
    ),
    _field("category", "Category", TEXT, _CATEGORY + ", type, group, series, product series, range"),
    _field(
        "price",
        "Price",
        PRICE,
        "price, unit price, selling price, sale price, sales price, retail price, list price, mrp, rate, unit rate,"
        "cost, amount, variant price, preis, prix, precio, preco, harga",
    ),
)

VISITS = (
    _field(
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
    _field("customer_phone", "Customer's phone", PHONE, _PHONE + ", visitor phone, visitor mobile"),
    _field("customer_ref", "Customer's reference", REF, _REF + ", visitor id, visitor no, id"),
    _field(
        "customer_name",
        "Customer's name",
        NAME,
        _NAME + ", name, full name, visitor, visitor name, walk in name, walkin name, contact name, prospect",
    ),
    _field(
        "handled_by",
        "Handled by",
        PERSON,
        _REP + ", attendant, consultant, advisor, host, met by, met with, representative, executive, sales executive",
    ),
    _field(
        "visit_type",
        "Type of visit",
        CHOICE,
        "visit type, type, visit kind, kind of visit, kind, mode, mode of visit",
    ),
    _field(
        "purpose",
        "Purpose",
        CHOICE,
        "visit purpose, purpose of visit, reason, reason for visit, visit reason, came for, came to, intent",
    ),
    _field(
        "interest",
        "Interest",
        CHOICE,
        "interest level, level of interest, lead temperature, temperature, customer interest, rating, potential,"
        "buying interest",
    ),
    _field(
        "outcome",
        "Outcome",
        CHOICE,
        "result, visit outcome, visit result, disposition, visit status, status, conversion, what came of it",
    ),
    _field(
        "estimated_value",
        "Estimated value",
        MONEY,
        "estimated deal value, deal value, expected value, estimate, estimated amount, potential value, value, amount,"
        "budget, quote value, quote amount, quotation amount, expected amount",
    ),
    _field(
        "notes",
        "Notes",
        LONG_TEXT,
        "notes, note, remarks, remark, comment, comments, memo, discussion, discussed, feedback, visit notes,"
        "customer feedback, bemerkung, notas, requirement, requirements",
    ),
)

LEADS = (
    _field(
        "ref",
        "Reference",
        REF,
        "lead id, lead no, lead number, lead code, lead ref, lead key, prospect id, prospect no, mql id, record id,"
        "record number, external id, crm id, id, reference, reference no, ref no",
    ),
    _field(
        "name",
        "Name",
        NAME,
        "lead name, full name, contact name, prospect name, prospect, person, person name, contact person, lead,"
        "contact, name of lead, first name, firstname, given name, lead title, " + _NAME,
    ),
    _field("last_name", "Last name", NAME, "last name, lastname, surname, family name"),
    _field("company", "Company", TEXT, _COMPANY),
    _field("job_title", "Job title", TEXT, "title, designation, position, role, job, job role, occupation, profession"),
    _field("phone", "Phone", PHONE, _PHONE + ", person phone, lead phone"),
    _field("email", "E-mail", EMAIL, _EMAIL + ", person email, lead email"),
    _field("website", "Website", TEXT, _WEBSITE),
    _field("city", "City", TEXT, "city, town, place, location, city name, ort, stadt, ville, ciudad, cidade, kota"),
    _field("postcode", "Postcode", REF, _POSTCODE),
    _field(
        "source",
        "Came from",
        TEXT,
        "source, lead source, source name, lead source name, origin, lead origin, original source, source of lead,"
        "channel, lead channel, utm source,"
        "traffic source, acquisition channel, marketing channel, campaign, campaign name, how did you hear,"
        "how did you hear about us, heard from, referred by, quelle, origen",
    ),
    _field(
        "quality",
        "Quality",
        CHOICE,
        "lead quality, temperature, lead temperature, rating, lead rating, warmth, hotness, priority, interest level",
        "lead_quality",
    ),
    _field(
        "status",
        "Status",
        CHOICE,
        "lead status, lead stage, lead state, stage, state of lead, lifecycle stage, converted, is converted,"
        "conversion status, disposition",
        "lead_status",
    ),
    _field(
        "created_on",
        "Came up on",
        DAY,
        "created on, created at, create date, created date, creation date, date created, created, created time,"
        "creation time, lead date, lead created, lead created on, lead lead created, date of lead, first contact date,"
        "first contact,"
        "first contacted on, enquiry date, inquiry date, date added, added on, date entered, received on, captured on,"
        "date, timestamp, datetime, sign up date, signup date, fecha, datum, tanggal",
    ),
    _field(
        "converted_on",
        "Converted on",
        DAY,
        "converted at, converted date, conversion date, date converted, converted time, converted date time, won date,"
        "date won, won on, closed date, close date, closed on, became customer on, customer since",
    ),
    _field(
        "assigned_to",
        "Assigned to",
        SOMEBODY,
        "assigned to, owner, lead owner, owner name, contact owner, account owner, assigned user, assigned,"
        "assignee, responsible, responsible person, executive, sales executive, business developer, sdr, "
        + _REP,
    ),
    _field(
        "notes",
        "Notes",
        LONG_TEXT,
        "notes, note, remarks, remark, comment, comments, memo, description, details, message, requirement,"
        "requirements, enquiry, inquiry, bemerkung, notas",
    ),
)

OPPORTUNITIES = (
    _field(
        "ref",
        "Reference",
        REF,
        "opportunity id, opportunity no, opportunity number, opportunity ref, deal id, deal no, deal number, deal ref,"
        "hs object id, record id, external id, crm id, id, reference, reference no, ref no, nr",
    ),
    _field(
        "name",
        "Opportunity",
        TEXT,
        "opportunity name, deal name, deal, deal title, opportunity title, name, title, subject, topic,"
        "project, project name, deal deal title, titel, bezeichnung, titre, titulo",
    ),
    _field(
        "customer",
        "Customer",
        TEXT,
        "account, account name, company, company name, organisation, organization, organisation name,"
        "organization name, deal organization, associated company, customer name, client, client name, buyer,"
        "business, business name, cliente, kunde, client company, firma, empresa, societe",
    ),
    _field(
        "value",
        "Value",
        MONEY,
        "close value, deal value, deal amount, deal size, opportunity value, opportunity amount,"
        "opportunity amount usd, amount, value, expected revenue, estimated value, contract value, total value,"
        "total amount, revenue, worth,"
        "price, acv, arr, importe, valor, betrag, montant, wert, auftragswert, valeur",
    ),
    _field(
        "currency",
        "Currency",
        CURRENCY,
        "currency code, currency iso code, deal currency, deal currency of value, currency of value,"
        "opportunity currency, amount currency, wahrung, devise, moneda",
    ),
    _field(
        "probability",
        "Probability",
        LIKELY,
        "probability percent, win probability, deal probability, likelihood, chance, confidence, probability of close,"
        "hs deal stage probability, wahrscheinlichkeit, probabilite, probabilidad",
    ),
    _field(
        "stage",
        "Stage",
        TEXT,
        "deal stage, sales stage, pipeline stage, opportunity stage, stage name, current stage, deal status,"
        "opportunity status, opportunity result, status, result, outcome, phase, etapa, etape",
    ),
    _field(
        "status",
        "Status",
        CHOICE,
        "deal status, opportunity status, opportunity result, deal result, result, outcome, deal outcome",
        "opportunity_status",
    ),
    _field(
        "rep",
        "Sales rep",
        SOMEBODY,
        _REP + ", sales agent, agent name, deal owner, opportunity owner, owner, owner name, account owner,"
        "sales owner, account executive, assigned to, assigned user, responsible, opportunity owner name,"
        "deal owner name, verantwortlich, responsable",
    ),
    _field(
        "product",
        "Product",
        TEXT,
        "product name, product interest, item, item name, service, service name, solution, offering, products",
    ),
    _field(
        "source",
        "Source",
        TEXT,
        "lead source, deal source, opportunity source, original source, origin, channel, sales channel, campaign",
    ),
    _field("kind", "Type", TEXT, "deal type, opportunity type, type of deal, business type, sales type"),
    _field("competitor", "Competitor", TEXT, "competitors, competitor name, main competitor, lost to"),
    _field("next_step", "Next step", TEXT, "next steps, next action, next activity, next activity subject"),
    _field(
        "created_on",
        "Created on",
        DAY,
        "created, created at, created date, create date, creation date, date created, created time, createdate,"
        "deal created, opened, opened on, open date, date opened, start date, started on, begin date, entry date,"
        "engage date, engaged on, engaged at, engagement date, first contact, first contact date, date,"
        "deal deal created, deal created on, deal created date, deal create date, erstellt am, cree le, creado el",
    ),
    _field(
        "closed_on",
        "Closed on",
        DAY,
        "close date, closed date, closed at, closing date, date closed, closed time, closedate, deal close date,"
        "actual close date, actual close, deal closed on, deal deal closed on, end date, closed, won date, won on,"
        "won time, deal won time, date won, lost time, deal lost time, abgeschlossen am, cloture le, cerrado el",
    ),
    _field(
        "expected_close_on",
        "Expected close",
        DAY,
        "expected close date, expected closing date, expected close on, estimated close date, est close date,"
        "forecast close date, target close date, planned close date, projected close date, expected date,"
        "deal expected close date",
    ),
    _field(
        "reason",
        "Reason",
        TEXT,
        "lost reason, loss reason, reason lost, closed lost reason, closed won reason, close reason, won reason,"
        "reason for loss, reason for closing, deal lost reason, win loss reason, lost because",
    ),
)

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


_OWN = {"text": OWN_TEXT, "number": OWN_NUMBER, "date": OWN_DATE, "choice": OWN_CHOICE, "yes_no": OWN_YES_NO}
OWN_FIELD = "{} (own field)"  # where something else is called so too


def own_fields(rows: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields a shop made itself, as a sheet of customers fills them: by their label or key, unless a field that all
    shops have is called so. `rows`: of custom_fields.fields."""
    return tuple(map(_own_field, rows))


def _own_field(row: Mapping[str, Any]) -> Field:
    key, label = row["key"], row["label"]
    theirs = {name for field in CUSTOMERS for name in (squeeze(field.key), squeeze(field.label))}
    called = OWN_FIELD.format(label)
    names = dict.fromkeys(squeeze(name) for name in (called, label, key) if squeeze(name) not in theirs)
    return Field(
        key=f"own.{key}" if any(field.key == key for field in CUSTOMERS) else key,
        label=called if squeeze(label) in theirs else label,
        holds=_OWN[row["kind"]],
        names={name: rank for rank, name in enumerate(names)},
        check=partial(custom_fields.checked, row),
        own=key,
        words=tuple(row["choices"]),
    )


def field_of(noun: str, key: str, own: Sequence[Field] = ()) -> Field:
    """The field with this key; BadInput("column") naming those there are. `own`: what the shop has besides."""
    fields = (*FIELDS[noun], *own)
    for field in fields:
        if field.key == key:
            return field
    known = ", ".join(field.key for field in fields)
    raise BadInput("column", f"There is no field {key} for {noun}: its fields are {known}.")
