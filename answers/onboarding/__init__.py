"""Onboarding: a newcomer's path through the team's own content."""

from answers.onboarding.markdown import title_of, to_markdown
from answers.onboarding.path import Guide, Scope, Told

__all__ = ["Guide", "Scope", "Told", "title_of", "to_markdown"]
