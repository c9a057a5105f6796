"""What people see of records: the line after a cell, comparisons, charts, pages.

Nothing is re-exported here: the line after a cell must be importable without what draws charts.
Views are pure: records in, text out; they read no store, no clock and no settings.
"""
