"""Faults in checklists, a rule a file. Pure."""
