"""onbo: customer onboarding plans as Markdown checklists in git."""

__version__ = "0.4.0"
