"""From an uploaded zip or folder to one folder per student."""
