"""Runs sql/schema/043_pipeline_sums.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "043"
down_revision = "037"


def upgrade():
    run_step(op.get_bind(), "043_pipeline_sums")
