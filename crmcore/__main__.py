"""`python -m crmcore` is the command `regulars`."""

from crmcore.cli import main

main()
