"""Runs sql/schema/070_contacts_unbound.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "070"
down_revision = "069"


def upgrade():
    run_step(op.get_bind(), "070_contacts_unbound")
