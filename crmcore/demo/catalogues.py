"""What the demo shops sell: name, category, price in the shop's currency, how often it is bought, days it lasts."""

from decimal import Decimal
from typing import NamedTuple


class Product(NamedTuple):
    sku: str
    name: str
    category: str
    price: Decimal
    weight: float
    days: int | None = None  # how long a medicine lasts


def _catalogue(prefix: str, table: str) -> tuple[Product, ...]:
    """Lines of "category: name | price | weight [| days]"; the code follows from the place in the list."""
    products = []
    for number, line in enumerate(table.strip().splitlines(), 1):
        category, rest = line.strip().split(": ")
        name, price, weight, *days = (cell.strip() for cell in rest.split("|"))
        lasts = int(days[0]) if days else None
        products.append(Product(f"{prefix}-{number:03}", name, category, Decimal(price), float(weight), lasts))
    return tuple(products)


FURNITURE = _catalogue(
    "FUR",
    """
    Sofas: Two-seater sofa, linen | 24500.00 | 5
    Sofas: Three-seater sofa, fabric | 38900.00 | 6
    Sofas: L-shaped sofa | 64500.00 | 3
    Sofas: Recliner, single | 27900.00 | 4
    Sofas: Sofa-cum-bed | 31900.00 | 3
    Dining: Dining table, four seats, sheesham | 29900.00 | 4
    Dining: Dining table, six seats, sheesham | 46500.00 | 3
    Dining: Dining chair, cushioned | 4900.00 | 5
    Dining: Crockery cabinet | 22500.00 | 2
    Bedroom: Queen bed with storage | 36900.00 | 5
    Bedroom: King bed, solid wood | 52900.00 | 3
    Bedroom: Wardrobe, three doors | 33900.00 | 4
    Bedroom: Bedside table | 5900.00 | 5
    Bedroom: Dressing table with mirror | 15900.00 | 3
    Mattresses: Queen mattress, foam | 14900.00 | 6
    Mattresses: King mattress, spring | 24900.00 | 4
    Study: Study desk | 11900.00 | 5
    Study: Office chair, mesh | 8900.00 | 6
    Study: Bookshelf, five tiers | 9900.00 | 5
    Living: Coffee table, round | 8500.00 | 5
    Living: TV unit, two metres | 18900.00 | 4
    Living: Shoe rack | 5400.00 | 5
    Decor: Floor lamp, brass | 4200.00 | 5
    Decor: Hand-knotted rug, 5 x 8 | 18500.00 | 2
    Decor: Wall mirror, jharokha frame | 6900.00 | 4
    Decor: Cushion covers, set of five | 1450.00 | 8
    Decor: Curtains, block print, pair | 2200.00 | 7
    Outdoor: Swing chair | 12900.00 | 3
    Outdoor: Planter stand, set of three | 2900.00 | 5
    """,
)

GROCERIES = _catalogue(
    "GRO",
    """
    Staples: Basmati rice, 5 kg | 640.00 | 7
    Staples: Whole wheat flour, 5 kg | 285.00 | 9
    Staples: Toor dal, 1 kg | 168.00 | 8
    Staples: Moong dal, 1 kg | 142.00 | 6
    Staples: Sugar, 1 kg | 48.00 | 9
    Staples: Rock salt, 1 kg | 62.00 | 4
    Oil and ghee: Sunflower oil, 1 l | 155.00 | 9
    Oil and ghee: Groundnut oil, 1 l | 210.00 | 5
    Oil and ghee: Cow ghee, 500 ml | 345.00 | 4
    Dairy: Paneer, 200 g | 92.00 | 8
    Dairy: Curd, 400 g | 42.00 | 10
    Dairy: Butter, 100 g | 58.00 | 7
    Dairy: Milk, 1 l | 68.00 | 12
    Breakfast: Poha, 500 g | 46.00 | 6
    Breakfast: Idli batter, 1 kg | 95.00 | 6
    Breakfast: Rolled oats, 1 kg | 190.00 | 4
    Snacks: Bhakarwadi, 250 g | 110.00 | 6
    Snacks: Roasted chana, 400 g | 85.00 | 5
    Snacks: Banana chips, 200 g | 75.00 | 6
    Snacks: Glucose biscuits | 20.00 | 9
    Drinks: Assam tea, 500 g | 265.00 | 6
    Drinks: Filter coffee, 500 g | 320.00 | 4
    Drinks: Lemon squash, 750 ml | 135.00 | 4
    Spices: Turmeric, 200 g | 56.00 | 6
    Spices: Garam masala, 100 g | 84.00 | 6
    Spices: Kolhapuri masala, 200 g | 120.00 | 4
    Household: Dishwash bar, pack of three | 60.00 | 7
    Household: Detergent, 1 kg | 145.00 | 6
    Household: Floor cleaner, 1 l | 175.00 | 4
    Household: Incense sticks | 55.00 | 6
    Gifts: Dry fruit box, 500 g | 780.00 | 2
    Gifts: Assorted sweets, 1 kg | 560.00 | 2
    """,
)

FASHION = _catalogue(
    "ADW",
    """
    Dresses: Ankara midi dress | 320.00 | 7
    Dresses: Kente panel dress | 520.00 | 3
    Dresses: Linen shirt dress | 280.00 | 6
    Dresses: Maxi dress, batik | 350.00 | 5
    Tops: Ruffle blouse | 150.00 | 7
    Tops: Print crop top | 95.00 | 6
    Tops: Cotton tee, oversized | 80.00 | 9
    Bottoms: Wide-leg trousers | 210.00 | 6
    Bottoms: Wrap skirt, wax print | 190.00 | 6
    Bottoms: Denim shorts | 130.00 | 4
    Two pieces: Co-ord set, linen | 390.00 | 5
    Two pieces: Lounge set | 260.00 | 4
    Men: Short-sleeve print shirt | 170.00 | 6
    Men: Smock, hand-woven | 450.00 | 3
    Men: Chinos | 220.00 | 4
    Children: Print dress, 4 to 8 years | 120.00 | 4
    Children: Shirt and shorts, 4 to 8 years | 130.00 | 3
    Accessories: Raffia tote bag | 180.00 | 6
    Accessories: Beaded waist chain | 60.00 | 7
    Accessories: Brass earrings | 70.00 | 9
    Accessories: Head wrap | 55.00 | 8
    Accessories: Leather sandals | 240.00 | 5
    Accessories: Bolga fan | 65.00 | 3
    Gifts: Gift card, 200 | 200.00 | 2
    """,
)

MEDICINES = _catalogue(
    "MED",
    """
    Diabetes: Metformin 500 mg, 60 tablets | 96.00 | 9 | 30
    Diabetes: Glimepiride 2 mg, 30 tablets | 118.00 | 6 | 30
    Diabetes: Sitagliptin 100 mg, 30 tablets | 540.00 | 4 | 30
    Diabetes: Glucose test strips, 50 | 850.00 | 4 | 25
    Blood pressure: Amlodipine 5 mg, 30 tablets | 74.00 | 9 | 30
    Blood pressure: Telmisartan 40 mg, 30 tablets | 138.00 | 8 | 30
    Blood pressure: Losartan 50 mg, 30 tablets | 122.00 | 6 | 30
    Heart: Atorvastatin 10 mg, 30 tablets | 165.00 | 8 | 30
    Heart: Aspirin 75 mg, 30 tablets | 28.00 | 6 | 30
    Heart: Clopidogrel 75 mg, 30 tablets | 210.00 | 4 | 30
    Thyroid: Levothyroxine 50 mcg, 100 tablets | 182.00 | 6 | 100
    Stomach: Pantoprazole 40 mg, 15 tablets | 132.00 | 7 | 15
    Stomach: Antacid syrup, 200 ml | 98.00 | 5 | 10
    Stomach: Oral rehydration salts, 5 sachets | 105.00 | 6
    Pain and fever: Paracetamol 650 mg, 15 tablets | 32.00 | 10 | 5
    Pain and fever: Ibuprofen 400 mg, 15 tablets | 38.00 | 5 | 5
    Pain and fever: Pain relief gel, 30 g | 115.00 | 5
    Infection: Amoxicillin 500 mg, 15 capsules | 118.00 | 5 | 5
    Infection: Azithromycin 500 mg, 3 tablets | 72.00 | 5 | 3
    Allergy and asthma: Cetirizine 10 mg, 10 tablets | 20.00 | 7 | 10
    Allergy and asthma: Salbutamol inhaler | 148.00 | 4 | 30
    Allergy and asthma: Montelukast 10 mg, 10 tablets | 175.00 | 4 | 10
    Cough and cold: Cough syrup, 100 ml | 112.00 | 7 | 7
    Cough and cold: Steam inhalation capsules | 64.00 | 4
    Vitamins: Vitamin D3, 8 capsules | 160.00 | 6 | 56
    Vitamins: Calcium with D3, 30 tablets | 190.00 | 6 | 30
    Vitamins: Iron and folic acid, 30 tablets | 120.00 | 4 | 30
    Care: Thermometer, digital | 220.00 | 2
    Care: Blood pressure monitor | 1890.00 | 1
    Care: Adult diapers, 10 | 460.00 | 3 | 10
    Care: Sanitary pads, 30 | 240.00 | 5
    Baby: Baby lotion, 200 ml | 210.00 | 3
    Baby: Diapers, medium, 42 | 620.00 | 3 | 12
    """,
)

COFFEE_SUPPLY = _catalogue(
    "HCS",
    """
    Coffee: House blend, 5 lb | 62.00 | 10
    Coffee: Dark roast, 5 lb | 64.00 | 8
    Coffee: Single origin Guatemala, 5 lb | 78.00 | 5
    Coffee: Espresso blend, 5 lb | 66.00 | 9
    Coffee: Decaf, 5 lb | 70.00 | 4
    Coffee: Cold brew concentrate, 2 gal | 58.00 | 5
    Tea: English breakfast, 100 bags | 21.50 | 5
    Tea: Chai concentrate, case of 6 | 39.00 | 5
    Tea: Loose green tea, 2 lb | 34.00 | 3
    Syrups: Vanilla syrup, case of 4 | 32.00 | 7
    Syrups: Caramel syrup, case of 4 | 32.00 | 6
    Syrups: Maple syrup, 1 gal | 68.00 | 3
    Milk: Oat milk, case of 12 | 41.00 | 9
    Milk: Almond milk, case of 12 | 37.00 | 6
    Cups: Hot cups 12 oz, 1,000 | 88.00 | 8
    Cups: Hot cups 16 oz, 1,000 | 97.00 | 6
    Cups: Cold cups 16 oz, 1,000 | 92.00 | 6
    Cups: Lids, 1,000 | 46.00 | 9
    Cups: Sleeves, 1,200 | 54.00 | 6
    Supplies: Paper filters, 1,000 | 28.00 | 6
    Supplies: Cleaning tablets, 100 | 36.00 | 4
    Supplies: Napkins, case | 31.00 | 6
    Supplies: Wooden stirrers, 5,000 | 24.00 | 4
    Machines: Burr grinder | 845.00 | 0.5
    Machines: Batch brewer | 1290.00 | 0.4
    Machines: Espresso machine, two groups | 6450.00 | 0.12
    Service: Barista training, half a day | 320.00 | 0.8
    Service: Machine service | 185.00 | 1.5
    """,
)
