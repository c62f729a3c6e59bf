"""Runs sql/schema/052_pipeline_facets.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "052"
down_revision = "051"


def upgrade():
    run_step(op.get_bind(), "052_pipeline_facets")
