"""The columns a sheet of orders and their lines may have."""

from crmcore.sheets.fields import headings
from crmcore.sheets.fields.field import field
from crmcore.sheets.fields.kinds import (
    CHOICE,
    DAYS,
    EMAIL,
    MOMENT,
    MONEY,
    NAME,
    PERSON,
    PHONE,
    PRICE,
    QUANTITY,
    REF,
    TEXT,
)

ORDERS = (
    field(
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
    field(
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
    field("customer_phone", "Customer's phone", PHONE, headings.PHONE),
    field("customer_ref", "Customer's reference", REF, headings.REF),
    field("customer_name", "Customer's name", NAME, headings.NAME + ", name, full name"),
    field("customer_email", "Customer's e-mail", EMAIL, headings.EMAIL),
    field(
        "product",
        "Product",
        NAME,
        "product, product name, item, item name, item description, description, product description,"
        "product title, title, lineitem name, line item, line item name, article, article name, particulars,"
        "name of item, item desc, product desc, goods, good, service, service name, medicine, medicine name,"
        "drug, drug name, drug description, artikel, artikelbezeichnung, bezeichnung, produkt, produit,"
        "designation, producto, descripcion, articulo, produto, descricao, nama barang, barang",
    ),
    field("sku", "Product code (SKU)", REF, headings.SKU + ", code"),
    field("category", "Product category", TEXT, headings.CATEGORY),
    field(
        "quantity",
        "Quantity",
        QUANTITY,
        "qty, quantity ordered, order qty, order quantity, quantity sold, sales quantity, qty sold, no of items,"
        "number of items, units, units sold, unit sold, pieces, pcs, nos, lineitem quantity, item quantity, item qty,"
        "product quantity, sale qty, sales qty, sold qty, billed qty, billed quantity, menge, anzahl, stuck, quantite,"
        "qte, cantidad, quantidade, jumlah",
    ),
    field(
        "unit_price",
        "Price per piece",
        PRICE,
        "unitprice, price, price per unit, price each, priceeach, rate, unit rate, item price, product price,"
        "selling price, sale price, sales price, unit selling price, lineitem price, mrp, price per piece,"
        "unit cost price, einzelpreis, preis, stuckpreis, prix, prix unitaire, pu, precio, precio unitario,"
        "preco, preco unitario, harga, harga satuan",
    ),
    field(
        "line_total",
        "Total of the line",
        MONEY,
        "line total, line amount, line value, line item total, item total, item amount, item value, sales value,"
        "sales_value, sale value, sales, sales amount, sale amount, ext price, extended price, extended amount,"
        "subtotal, sub total, total price, total_price, price total, amount, amt, revenue, net amount,"
        "turnover, gross sales, net sales, line sales, spend, amount spent, gesamtpreis, betrag,"
        "montant, montant ligne, importe, valor, value, total sales, taxable value",
    ),
    field(
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
    field(
        "status",
        "Status",
        CHOICE,
        "order status, orderstatus, invoice status, payment status, financial status, sale status, state of order,"
        "transaction status, bill status, fulfillment status, statut, estado",
    ),
    field(
        "payment_method",
        "Payment method",
        TEXT,
        "payment, payment mode, mode of payment, payment type, pay mode, paymode, paid by, paid via, paid with, tender,"
        "tender type, payment gateway, gateway, payment option, zahlungsart, zahlungsmethode, mode de paiement,"
        "forma de pago, metodo de pago, forma de pagamento",
    ),
    field("sales_rep", "Sales rep", PERSON, headings.REP),
    field(
        "link",
        "Link",
        TEXT,
        "slug, source slug, link slug, referral link, campaign link, utm link, tracking link",
    ),
    field(
        "medicine_days",
        "Days the medicine lasts",
        DAYS,
        "days supply, day supply, days of supply, supply days, medicine duration, duration, duration days,"
        "days of medicine, course days, no of days, for days",
    ),
)
