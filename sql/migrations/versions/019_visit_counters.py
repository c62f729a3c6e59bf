"""Runs sql/schema/019_visit_counters.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "019"
down_revision = "018"


def upgrade():
    run_step(op.get_bind(), "019_visit_counters")
