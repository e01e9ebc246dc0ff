"""What happened, from the versions that git keeps: transitions, waits, figures. Pure."""
