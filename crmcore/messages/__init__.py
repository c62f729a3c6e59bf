"""Messages to customers: prepared from a text, checked against what they agreed to, sent by hand or by a service."""
