"""Segments: groups of customers told by a rule or filled by hand, usable wherever customers are chosen.

A rule is JSON (rules.py) over a fixed vocabulary (vocabulary.py); it becomes conditions with bound parameters, never
SQL text. It is looked at anew whenever it is read.
"""

from crmcore.segments.keeping import DYNAMIC as DYNAMIC
from crmcore.segments.keeping import KINDS as KINDS
from crmcore.segments.keeping import STATIC as STATIC
from crmcore.segments.keeping import NewSegment as NewSegment
from crmcore.segments.keeping import Preview as Preview
from crmcore.segments.keeping import all_of as all_of
from crmcore.segments.keeping import change as change
from crmcore.segments.keeping import condition as condition
from crmcore.segments.keeping import counts as counts
from crmcore.segments.keeping import create as create
from crmcore.segments.keeping import customer_ids as customer_ids
from crmcore.segments.keeping import get as get
from crmcore.segments.keeping import named as named
from crmcore.segments.keeping import preview as preview
from crmcore.segments.keeping import put_on as put_on
from crmcore.segments.keeping import remove as remove
from crmcore.segments.keeping import take_off as take_off
from crmcore.segments.rules import Rule as Rule
from crmcore.segments.rules import faults as faults
from crmcore.segments.rules import told as told
from crmcore.segments.vocabulary import GROUPS as GROUPS
