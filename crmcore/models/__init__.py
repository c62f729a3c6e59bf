"""Typed models of every table. Import from here: `from crmcore.models import Customer, Order`."""

from crmcore.models.base import Base
from crmcore.models.contacts import Contact
from crmcore.models.customers import Customer, CustomerWord, CustomField, Tag, Tagging
from crmcore.models.messages import (
    Consent,
    Message,
    MessageProvider,
    MessageReceipt,
    MessageReply,
    MessageTemplate,
    Morning,
)
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
from crmcore.models.refills import MedicalProfile, RefillReminder, RefillWish
from crmcore.models.rollups import CohortMonth, RecencyDay, RepDay, ShopDay, VisitHour, VisitorDay
from crmcore.models.talk import Attachment, CalendarFeed, Digest, Interaction, Note, Notification
from crmcore.models.visits import FollowUp, Review, Visit, VisitProduct

__all__ = [
    "Activity",
    "ActivityLink",
    "Attachment",
    "Base",
    "CalendarFeed",
    "CohortMonth",
    "Consent",
    "Contact",
    "CustomField",
    "Customer",
    "CustomerWord",
    "Digest",
    "FollowUp",
    "Import",
    "ImportRow",
    "Interaction",
    "MedicalProfile",
    "Membership",
    "Message",
    "MessageProvider",
    "MessageReceipt",
    "MessageReply",
    "MessageTemplate",
    "Morning",
    "Note",
    "Notification",
    "Order",
    "OrderItem",
    "Product",
    "RecencyDay",
    "RefillReminder",
    "RefillWish",
    "RepDay",
    "Review",
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
    "Visit",
    "VisitHour",
    "VisitProduct",
    "VisitorDay",
]
