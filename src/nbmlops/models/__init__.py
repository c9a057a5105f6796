"""Model directories: written without mlflow, readable by it, inspected before anything in them is built."""

from nbmlops.models.load import ModelAudit, audit_model, load_model
from nbmlops.models.save import SavedModel, save_model

__all__ = ["ModelAudit", "SavedModel", "audit_model", "load_model", "save_model"]
