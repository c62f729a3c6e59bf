"""Runs sql/schema/029_contact_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "029"
down_revision = "028"


def upgrade():
    run_step(op.get_bind(), "029_contact_keys")
