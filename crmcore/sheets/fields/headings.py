"""What shops call the columns that several nouns have, in the languages they write."""

PHONE = (
    "phone, phone no, phone number, phone nr, mobile, mobile no, mobile number, mobile phone,"
    "mobile phone number, mob, mob no, mobileno,"
    "cell, cell phone, cell no, cell number, contact no, contact number, contact phone, tel, tel no, telephone,"
    "telephone no, telephone number, whatsapp, whatsapp no, whatsapp number, wa number, msisdn, handphone, hp no,"
    "ph, ph no, ph number, customer mobile, customer mobile no, customer phone no, customer phone number,"
    "customer contact, customer contact no, customer contact number, customer tel, billing phone, shipping phone,"
    "buyer phone, buyer mobile, client phone, client mobile, party mobile, party phone, party mobile no,"
    "patient phone, patient mobile, member phone, guest phone, telefono, telefon, telefonnummer, telefone,"
    "telephone portable, celular, movil, handy, numero de telefono, numero de telephone, no hp, no telp, phone 1,"
    "mobile 1, primary phone, primary mobile"
)
SECOND_PHONE = (
    "other phones, other number, other mobile, other contact, alternate phone, alternate mobile, alternate number,"
    "alternate no, alternate contact, alternate contact no, alternative phone, alternative number, alt phone,"
    "alt mobile, alt number, alt no, second phone, second mobile, second number, secondary phone, secondary mobile,"
    "phone 2, phone2, mobile 2, mobile2, mobile no 2, phone no 2, contact 2, contact no 2, tel 2, number 2,"
    "landline, landline no, landline number, land line, home phone, home number, residence phone, office phone,"
    "office number, work phone, business phone, " + PHONE
)
REF = (
    "customer unique id,"
    "customer id, customer no, customer number, customer code, customer ref, customer reference, cust id, cust no,"
    "cust code, client id, client no, client code, client number, account no, account number, account id,"
    "account code, member id, member no, member number, membership no, membership id, household id, household key,"
    "household, user id, userid, shopper id, buyer id, party code, party id, patient id, patient no, guest id,"
    "loyalty card, loyalty card no, loyalty id, card no, card number, customer key, customer_ref,"
    "kundennummer, kunden nr, kundennr, numero client, id cliente, codigo cliente, cliente id"
)
EMAIL = (
    "email, e mail, email id, e mail id, email address, mail, mail id, customer email, customer e mail,"
    "customer email id, customer email address, client email, buyer email, billing email, contact email, emailid,"
    "correo, correo electronico, courriel, e mail adresse"
)
PERSON = (
    "customer name, name of customer, customer full name, cust name, client name, client, party name, party,"
    "name of party, buyer name, buyer, bill to, billed to, bill to name, billing name, patient name, patient,"
    "guest name, member name, customer, kunde, kundenname, nom du client, nombre cliente,"
    "nombre del cliente, cliente, nama pelanggan, name of the customer, customers name"
)
NAME = PERSON + ", account name"
COMPANY = (
    "company name, organisation, organization, organisation name, organization name, account, account name,"
    "business, business name, firm, firm name, employer, company account, associated company, shop name, firma,"
    "empresa, societe"
)
WEBSITE = (
    "web site, website url, website address, url, web, homepage, site, company website, domain, company domain,"
    "company domain name"
)
POSTCODE = "post code, postal code, zip, zip code, zipcode, zip postal code, pin, pin code, pincode, plz"
REP = (
    "sales rep, sales representative, salesperson, sales person, salesman, sales man, rep, rep name, served by,"
    "sold by, seller, staff, staff name, employee, employee name, cashier, attended by, handled by, agent,"
    "account manager, salesperson name, verkaufer, vendeur, vendedor"
)
SKU = (
    "sku, stock code, stockcode, item code, item no, item number, item id, product code, product id, product no,"
    "product number, product sku, article no, article number, article code, barcode, bar code, ean, upc, isbn, asin,"
    "plu, lineitem sku, variant sku, part no, part number, material, material code, item sku, artikelnummer,"
    "reference article, codigo, codigo producto, drug code, product key"
)
CATEGORY = (
    "category, product category, item category, product group, item group, department, product type, item type,"
    "product line, sub category, subcategory, product category name, commodity, commodity desc, class,"
    "kategorie, warengruppe, categorie, categoria"
)
