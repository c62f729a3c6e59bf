"""Runs sql/schema/013_visit_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "013"
down_revision = "012"


def upgrade():
    run_step(op.get_bind(), "013_visit_policies")
