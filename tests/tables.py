"""Which tables hold one shop's rows and which hold none. A new table is added here, or tests/test_schema.py fails."""

GLOBAL_TABLES = frozenset(
    {
        "alembic_version",
        "calendar_feeds",
        "setup_invitations",
        "shops",
        "sign_in_failures",
        "sign_in_sessions",
        "staff",
        "staff_shops",
    }
)

TENANT_TABLES = frozenset(
    {
        "activities",
        "activity_chain",
        "attachments",
        "closed_deals",
        "closed_reasons",
        "cohort_months",
        "companies",
        "consents",
        "contact_people",
        "contacts",
        "custom_fields",
        "customer_words",
        "customers",
        "digests",
        "emails",
        "follow_ups",
        "health_days",
        "health_scores",
        "import_rows",
        "imports",
        "interactions",
        "lead_scores",
        "lead_taggings",
        "lead_words",
        "leads",
        "lost_reasons",
        "medical_profiles",
        "memberships",
        "message_providers",
        "message_receipts",
        "message_replies",
        "message_templates",
        "messages",
        "mornings",
        "notes",
        "notifications",
        "open_deals",
        "opportunities",
        "opportunity_items",
        "opportunity_taggings",
        "order_items",
        "orders",
        "phones",
        "products",
        "recency_days",
        "refill_reminders",
        "refill_wishes",
        "rep_days",
        "reports",
        "reviews",
        "segment_members",
        "segments",
        "shop_days",
        "shop_settings",
        "stage_changes",
        "stage_days",
        "standing_deals",
        "stages",
        "taggings",
        "tags",
        "targets",
        "territories",
        "unmatched_mails",
        "visit_hours",
        "visit_products",
        "visitor_days",
        "visits",
    }
)

# The record: the application role adds to it and changes nothing in it.
INSERT_ONLY = frozenset({"activities", "activity_chain"})

# Functions that may run with their owner's rights. Whoever adds one says here why a row policy can't serve it.
SECURITY_DEFINERS = frozenset(
    {
        "delete_shop",  # deletes the record, which the application role only adds to; only of the shop the gate named
        "gather_statistics",  # analyzing tables is their owner's; it answers nothing
    }
)
