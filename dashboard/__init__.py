"""What people see: pages, their shared parts, sign-in and the server. No SQL and no business rule."""
