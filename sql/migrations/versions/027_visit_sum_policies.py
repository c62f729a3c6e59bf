"""Runs sql/schema/027_visit_sum_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "027"
down_revision = "026"


def upgrade():
    run_step(op.get_bind(), "027_visit_sum_policies")
