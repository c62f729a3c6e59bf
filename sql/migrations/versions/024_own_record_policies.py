"""Runs sql/schema/024_own_record_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "024"
down_revision = "023"


def upgrade():
    run_step(op.get_bind(), "024_own_record_policies")
