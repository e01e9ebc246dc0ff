"""Three-way merging of checklists: align -> decisions -> bytes. Pure; one engine for updates and for git."""
