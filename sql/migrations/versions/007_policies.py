"""Runs sql/schema/007_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "007"
down_revision = "006"


def upgrade():
    run_step(op.get_bind(), "007_policies")
