"""What a checklist means, and what should change in it. Pure: `today` and settings are parameters."""
