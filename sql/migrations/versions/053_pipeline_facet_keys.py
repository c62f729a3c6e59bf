"""Runs sql/schema/053_pipeline_facet_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "053"
down_revision = "052"


def upgrade():
    run_step(op.get_bind(), "053_pipeline_facet_keys")
