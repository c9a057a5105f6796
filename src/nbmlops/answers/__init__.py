"""What the panel, the page and the widget ask of a store, answered."""
