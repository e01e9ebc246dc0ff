"""What happened, from git alone: revisions -> transitions -> figures. Pure: the blobs are read in effects/git.py."""
