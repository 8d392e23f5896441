"""From an uploaded zip or folder to one folder a student."""
