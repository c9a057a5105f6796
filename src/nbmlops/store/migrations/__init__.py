"""The revisions of the tables, one for each format."""
