"""Runs sql/schema/026_visit_sum_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "026"
down_revision = "025"


def upgrade():
    run_step(op.get_bind(), "026_visit_sum_keys")
