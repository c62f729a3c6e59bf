"""The five demo shops: what they sell, when they are open, and what habits their customers have."""

from dataclasses import dataclass

from crmcore.database.gate import MANAGER, OWNER, STAFF
from crmcore.demo import catalogues
from crmcore.demo.catalogues import Product


@dataclass(frozen=True)
class Habit:
    """A kind of customer: the share of all who are like this, days between purchases, and how many, on average."""

    share: float
    gap: float
    purchases: float


@dataclass(frozen=True)
class Member:
    name: str
    login: str
    role: str
    sells: bool = False
    medical: bool = False


@dataclass(frozen=True)
class Place:
    """Where the customers live: a city, its quarters, and what its postcodes begin with."""

    city: str
    state: str | None
    quarters: tuple[str, ...]
    postcode: str


@dataclass(frozen=True)
class Profile:
    """A demo shop. Numbers a day are those of an average day; weights are relative."""

    kind: str
    name: str
    region: str
    currency: str
    timezone: str
    team: tuple[Member, ...]
    products: tuple[Product, ...]
    habits: tuple[Habit, ...]
    places: tuple[Place, ...]
    arrivals: float  # new customers a day
    walk_ins: float  # sales without a name a day
    leads: float  # share of those on file who did not buy when they came
    returned: float  # share of sales that come back, whole or in part
    basket: float  # different products in one sale
    pieces: float  # of one product
    weekdays: tuple[float, ...]  # Monday first; 0 is closed
    months: tuple[float, ...]  # January first
    opens: int  # hour of the day
    closes: int
    sources: dict[str, float]
    categories: dict[str, float]
    payments: dict[str, float]
    tags: tuple[str, ...]
    lookers: float = 0.0  # who come on file a day and only look, where visits are written down
    keeps_reps: bool = False  # each customer has a sales rep
    of_companies: bool = False

    @property
    def slug(self) -> str:
        return f"demo-{self.kind}"


def _team(kind: str, owner: str, manager: str, *staff: str) -> tuple[Member, ...]:
    """An owner, a manager and three more, of whom the first two sell; in a pharmacy the first is the pharmacist."""
    return (
        Member(owner, f"owner@{kind}", OWNER, medical=kind == "pharmacy"),
        Member(manager, f"manager@{kind}", MANAGER, sells=True),
        *(
            Member(
                name,
                f"{name.split()[0].lower()}@{kind}",
                STAFF,
                sells=number < 2,
                medical=kind == "pharmacy" and number == 0,
            )
            for number, name in enumerate(staff)
        ),
    )


PROFILES = {
    profile.kind: profile
    for profile in (
        Profile(
            kind="showroom",
            name="Anand Furniture House",
            region="IN",
            currency="INR",
            timezone="Asia/Kolkata",
            team=_team("showroom", "Vikram Anand", "Kavita Joshi", "Rohit Meena", "Sneha Rathore", "Imran Qureshi"),
            products=catalogues.FURNITURE,
            habits=(Habit(0.62, 0, 1), Habit(0.30, 130, 2.4), Habit(0.08, 28, 11)),
            places=(
                Place("Jaipur", "Rajasthan", ("Vaishali Nagar", "Malviya Nagar", "C-Scheme", "Mansarovar"), "3020"),
                Place("Ajmer", "Rajasthan", ("Vaishali", "Civil Lines"), "3050"),
                Place("Kota", "Rajasthan", ("Talwandi", "Vigyan Nagar"), "3240"),
            ),
            arrivals=3.6,
            walk_ins=0.5,
            leads=0.16,
            returned=0.03,
            basket=1.5,
            pieces=1.15,
            weekdays=(0.8, 0, 0.8, 0.9, 1.0, 1.6, 1.9),
            months=(1.1, 1.05, 0.9, 0.9, 1.0, 0.8, 0.75, 0.9, 0.9, 1.5, 1.5, 1.1),
            opens=11,
            closes=20,
            sources={"Walk-in": 5, "Referral": 3, "Google Maps": 2, "Instagram": 1, "Newspaper": 1},
            categories={"Home owner": 7, "Interior designer": 1, "Office": 1, "Builder": 0.5},
            payments={"UPI": 4, "Card": 3, "Cash": 2, "Later": 0.5},
            tags=("New home", "Designer", "Waits for delivery"),
            lookers=1.7,
            keeps_reps=True,
        ),
        Profile(
            kind="counter",
            name="Corner Basket",
            region="IN",
            currency="INR",
            timezone="Asia/Kolkata",
            team=_team("counter", "Meera Kulkarni", "Sanjay Pawar", "Pooja Shinde", "Arjun Kadam", "Nisha Gaikwad"),
            products=catalogues.GROCERIES,
            habits=(Habit(0.40, 0, 1), Habit(0.32, 30, 4.5), Habit(0.20, 9, 13), Habit(0.08, 4, 30)),
            places=(
                Place("Pune", "Maharashtra", ("Kothrud", "Baner", "Aundh", "Karve Nagar", "Erandwane"), "4110"),
                Place("Pimpri-Chinchwad", "Maharashtra", ("Wakad", "Nigdi"), "4110"),
            ),
            arrivals=3.4,
            walk_ins=6,
            leads=0.05,
            returned=0.01,
            basket=2.3,
            pieces=1.5,
            weekdays=(0.9, 0.85, 0.9, 0.95, 1.05, 1.3, 1.2),
            months=(1.0, 0.95, 1.0, 0.95, 0.95, 0.95, 1.0, 1.05, 1.05, 1.3, 1.2, 1.05),
            opens=8,
            closes=21,
            sources={"Walk-in": 7, "Neighbour": 2, "Leaflet": 1, "WhatsApp": 1},
            categories={"Household": 8, "Office": 1, "Tea stall": 0.5},
            payments={"UPI": 6, "Cash": 3, "Card": 1, "Later": 0.3},
            tags=("Home delivery", "Pays monthly", "Festival list"),
        ),
        Profile(
            kind="storefront",
            name="Adwoa’s Closet",
            region="GH",
            currency="GHS",
            timezone="Africa/Accra",
            team=_team("storefront", "Adwoa Mensah", "Kwame Owusu", "Efua Asante", "Yaw Boateng", "Abena Darko"),
            products=catalogues.FASHION,
            habits=(Habit(0.58, 0, 1), Habit(0.30, 50, 3.2), Habit(0.12, 20, 9)),
            places=(
                Place("Accra", "Greater Accra", ("Osu", "East Legon", "Labone", "Madina", "Dansoman"), "GA-"),
                Place("Tema", "Greater Accra", ("Community 8", "Community 25"), "GT-"),
                Place("Kumasi", "Ashanti", ("Adum", "Bantama", "Asokwa"), "AK-"),
                Place("Takoradi", "Western", ("Beach Road", "Anaji"), "WS-"),
            ),
            arrivals=3.9,
            walk_ins=0.8,
            leads=0.10,
            returned=0.045,
            basket=1.6,
            pieces=1.15,
            weekdays=(1.0, 0.9, 0.9, 1.0, 1.3, 1.2, 0.9),
            months=(0.75, 1.0, 0.95, 1.0, 1.0, 0.95, 0.9, 0.95, 1.0, 1.05, 1.35, 1.75),
            opens=8,
            closes=23,
            sources={"instagram": 5, "whatsapp": 3, "tiktok": 3, "facebook": 1, "referral": 1.5},
            categories={"Women": 6, "Men": 2.5, "Gift": 1},
            payments={"Mobile money": 7, "Card": 2, "Cash": 1.5},
            tags=("Accra delivery", "Likes new arrivals", "Gift buyer"),
        ),
        Profile(
            kind="pharmacy",
            name="Neem Tree Pharmacy",
            region="IN",
            currency="INR",
            timezone="Asia/Kolkata",
            team=_team("pharmacy", "Latha Menon", "Suresh Nair", "Anjali Pillai", "Thomas Kurian", "Fathima Basheer"),
            products=catalogues.MEDICINES,
            habits=(Habit(0.55, 0, 1), Habit(0.25, 40, 3.5), Habit(0.20, 30, 13)),
            places=(
                Place("Kochi", "Kerala", ("Kaloor", "Edappally", "Panampilly Nagar", "Fort Kochi", "Vyttila"), "6820"),
                Place("Aluva", "Kerala", ("Thottakkattukara", "Ashokapuram"), "6831"),
            ),
            arrivals=3.3,
            walk_ins=5,
            leads=0.04,
            returned=0.012,
            basket=1.7,
            pieces=1.2,
            weekdays=(1.15, 1.05, 1.0, 1.0, 1.05, 1.1, 0.55),
            months=(1.05, 0.95, 0.95, 0.9, 0.9, 1.15, 1.3, 1.25, 1.1, 1.0, 0.95, 1.0),
            opens=8,
            closes=22,
            sources={"Walk-in": 6, "Clinic next door": 4, "Referral": 1},
            categories={"Patient": 8, "Senior": 2, "Clinic": 0.3},
            payments={"UPI": 5, "Cash": 4, "Card": 1.5},
            tags=("Monthly medicines", "Home delivery", "Senior"),
        ),
        Profile(
            kind="business",
            name="Harbor Coffee Supply",
            region="US",
            currency="USD",
            timezone="America/New_York",
            team=_team("business", "Grace Sullivan", "Daniel Ortiz", "Rachel Kim", "Marcus Reed", "Emily Novak"),
            products=catalogues.COFFEE_SUPPLY,
            habits=(Habit(0.40, 0, 1), Habit(0.38, 32, 5), Habit(0.22, 12, 15)),
            places=(
                Place("Portland", "ME", ("Congress St", "Commercial St", "Forest Ave", "Exchange St"), "041"),
                Place("Boston", "MA", ("Newbury St", "Tremont St", "Hanover St", "Boylston St"), "021"),
                Place("Providence", "RI", ("Wickenden St", "Thayer St"), "029"),
                Place("Portsmouth", "NH", ("Market St", "State St"), "038"),
            ),
            arrivals=4.0,
            walk_ins=0.2,
            leads=0.20,
            returned=0.015,
            basket=2.6,
            pieces=4,
            weekdays=(1.2, 1.1, 1.0, 1.0, 0.9, 0, 0),
            months=(0.95, 0.95, 1.0, 1.0, 1.05, 1.05, 1.0, 1.0, 1.05, 1.05, 1.1, 0.8),
            opens=8,
            closes=17,
            sources={"Website": 4, "Trade fair": 2, "Referral": 3, "Cold call": 1.5},
            categories={"Cafe": 5, "Restaurant": 3, "Office": 2, "Hotel": 1, "Grocer": 1},
            payments={"Bank transfer": 5, "Card": 4, "Later": 1},
            tags=("Standing order", "Needs training", "Wholesale price"),
            keeps_reps=True,
            of_companies=True,
        ),
    )
}
