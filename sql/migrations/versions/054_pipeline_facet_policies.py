"""Runs sql/schema/054_pipeline_facet_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "054"
down_revision = "053"


def upgrade():
    run_step(op.get_bind(), "054_pipeline_facet_policies")
