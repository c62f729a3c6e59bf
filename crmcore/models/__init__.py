"""Typed models of every table. Import from here: `from crmcore.models import Customer, Order`."""

from crmcore.models.base import Base
from crmcore.models.customers import Customer, CustomerWord, CustomField, Tag, Tagging
from crmcore.models.orders import Order, OrderItem, Product
from crmcore.models.people import (
    Membership,
    SetupInvitation,
    ShopRecord,
    ShopSetting,
    SignInFailure,
    SignInSession,
    Staff,
    StaffShop,
)
from crmcore.models.record import Activity, ActivityLink, Import, ImportRow
from crmcore.models.rollups import CohortMonth, RepDay, ShopDay

__all__ = [
    "Activity",
    "ActivityLink",
    "Base",
    "CohortMonth",
    "CustomField",
    "Customer",
    "CustomerWord",
    "Import",
    "ImportRow",
    "Membership",
    "Order",
    "OrderItem",
    "Product",
    "RepDay",
    "SetupInvitation",
    "ShopDay",
    "ShopRecord",
    "ShopSetting",
    "SignInFailure",
    "SignInSession",
    "Staff",
    "StaffShop",
    "Tag",
    "Tagging",
]
