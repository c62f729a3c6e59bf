"""The look of every page: theme, one style sheet, logo."""
