"""The store: journals that are written at once, tables that are read, blobs by content."""
