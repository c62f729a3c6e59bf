"""One module per page; each only defines functions, nothing runs at import."""
