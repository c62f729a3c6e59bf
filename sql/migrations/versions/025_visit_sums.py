"""Runs sql/schema/025_visit_sums.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "025"
down_revision = "024"


def upgrade():
    run_step(op.get_bind(), "025_visit_sums")
