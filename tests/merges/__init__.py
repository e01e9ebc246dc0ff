"""Looking for merges that lose, double or misplace something, with an oracle that knows no engine."""
