"""Exports: one module a format, each with its EXPORTER. Found by being there."""
