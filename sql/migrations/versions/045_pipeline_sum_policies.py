"""Runs sql/schema/045_pipeline_sum_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "045"
down_revision = "044"


def upgrade():
    run_step(op.get_bind(), "045_pipeline_sum_policies")
