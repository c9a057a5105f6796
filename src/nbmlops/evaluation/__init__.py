"""What predictions say about who made them: confusion, curves over thresholds, calibration, residuals, influence."""
