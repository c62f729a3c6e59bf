"""The columns a sheet of products may have."""

from crmcore.sheets.fields import headings
from crmcore.sheets.fields.field import field
from crmcore.sheets.fields.kinds import NAME, PRICE, REF, TEXT

PRODUCTS = (
    field("sku", "Product code (SKU)", REF, headings.SKU + ", code, id, handle"),
    field(
        "name",
        "Name",
        NAME,
        "name, product, product name, item, item name, description, item description, product description,"
        "product title, title, article, article name, particulars, medicine, medicine name, drug name, artikel,"
        "bezeichnung, produkt, produit, designation, producto, descripcion, nama barang",
    ),
    field("category", "Category", TEXT, headings.CATEGORY + ", type, group, series, product series, range"),
    field(
        "price",
        "Price",
        PRICE,
        "price, unit price, selling price, sale price, sales price, retail price, list price, mrp, rate, unit rate,"
        "cost, amount, variant price, preis, prix, precio, preco, harga",
    ),
)
