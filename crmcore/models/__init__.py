"""Typed models of every table. Import from here: `from crmcore.models import Customer, Order`."""

from crmcore.models.base import Base
from crmcore.models.companies import Company, ContactPerson, Email, Phone
from crmcore.models.contacts import Contact
from crmcore.models.customers import Customer, CustomerWord, CustomField, Tag, Tagging
from crmcore.models.health import HealthDay, HealthScore
from crmcore.models.leads import Lead, LeadScore, LeadTagging, LeadWord, Territory
from crmcore.models.mail import UnmatchedMail
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
from crmcore.models.pipeline import (
    LostReason,
    Opportunity,
    OpportunityItem,
    OpportunityTagging,
    Stage,
    StageChange,
    Target,
)
from crmcore.models.record import Activity, ActivityLink, Import, ImportRow
from crmcore.models.refills import MedicalProfile, RefillReminder, RefillWish
from crmcore.models.reports import Report
from crmcore.models.rollups import (
    ClosedDeals,
    ClosedReasons,
    CohortMonth,
    OpenDeals,
    RecencyDay,
    RepDay,
    ShopDay,
    StageDays,
    StandingDeals,
    VisitHour,
    VisitorDay,
)
from crmcore.models.segments import Segment, SegmentMember
from crmcore.models.talk import Attachment, CalendarFeed, Digest, Interaction, Note, Notification
from crmcore.models.visits import FollowUp, Review, Visit, VisitProduct

__all__ = [
    "Activity",
    "ActivityLink",
    "Attachment",
    "Base",
    "CalendarFeed",
    "ClosedDeals",
    "ClosedReasons",
    "CohortMonth",
    "Company",
    "Consent",
    "Contact",
    "ContactPerson",
    "CustomField",
    "Customer",
    "CustomerWord",
    "Digest",
    "Email",
    "FollowUp",
    "HealthDay",
    "HealthScore",
    "Import",
    "ImportRow",
    "Interaction",
    "Lead",
    "LeadScore",
    "LeadTagging",
    "LeadWord",
    "LostReason",
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
    "OpenDeals",
    "Opportunity",
    "OpportunityItem",
    "OpportunityTagging",
    "Order",
    "OrderItem",
    "Phone",
    "Product",
    "RecencyDay",
    "RefillReminder",
    "RefillWish",
    "RepDay",
    "Report",
    "Review",
    "Segment",
    "SegmentMember",
    "SetupInvitation",
    "ShopDay",
    "ShopRecord",
    "ShopSetting",
    "SignInFailure",
    "SignInSession",
    "Staff",
    "StaffShop",
    "Stage",
    "StageChange",
    "StageDays",
    "StandingDeals",
    "Tag",
    "Tagging",
    "Target",
    "Territory",
    "UnmatchedMail",
    "Visit",
    "VisitHour",
    "VisitProduct",
    "VisitorDay",
]
