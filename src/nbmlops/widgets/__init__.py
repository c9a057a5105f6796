"""Objects that show themselves in a notebook."""
