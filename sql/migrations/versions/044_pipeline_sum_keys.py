"""Runs sql/schema/044_pipeline_sum_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "044"
down_revision = "043"


def upgrade():
    run_step(op.get_bind(), "044_pipeline_sum_keys")
