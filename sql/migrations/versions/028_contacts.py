"""Runs sql/schema/028_contacts.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "028"
down_revision = "033"


def upgrade():
    run_step(op.get_bind(), "028_contacts")
