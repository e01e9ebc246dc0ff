"""Results -> what to show: lines, tables, JSON. Pure; nothing here writes."""
