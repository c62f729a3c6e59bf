"""E-mails as files: filed with whom they are exchanged, once; those of nobody wait to be sorted."""

from crmcore.mail_in.drop import address, change_address, empty, folder_of
from crmcore.mail_in.filing import Filed, drop_waiting, file_with, how_many_wait, take_in, waiting
from crmcore.mail_in.letter import LARGEST, Letter, read

__all__ = [
    "LARGEST",
    "Filed",
    "Letter",
    "address",
    "change_address",
    "drop_waiting",
    "empty",
    "file_with",
    "folder_of",
    "how_many_wait",
    "read",
    "take_in",
    "waiting",
]
