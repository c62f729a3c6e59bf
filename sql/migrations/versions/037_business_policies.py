"""Runs sql/schema/037_business_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "037"
down_revision = "036"


def upgrade():
    run_step(op.get_bind(), "037_business_policies")
