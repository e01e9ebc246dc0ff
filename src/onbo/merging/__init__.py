"""Three-way merging of checklists, for template updates and for git. Pure functions: no files, no processes."""
