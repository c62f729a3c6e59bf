"""Runs sql/schema/030_contact_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "030"
down_revision = "029"


def upgrade():
    run_step(op.get_bind(), "030_contact_policies")
