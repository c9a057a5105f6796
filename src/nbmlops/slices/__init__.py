"""What a cell depended on: the session's executed cells, what each may have changed, and the way back from a run."""
