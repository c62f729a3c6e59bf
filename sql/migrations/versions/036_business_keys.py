"""Runs sql/schema/036_business_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "036"
down_revision = "035"


def upgrade():
    run_step(op.get_bind(), "036_business_keys")
