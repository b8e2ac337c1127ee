"""Conversations: a follow-up becomes a question that stands by itself."""

from answers.conversation.topic import Names
from answers.conversation.understand import Understood, understand

__all__ = ["Names", "Understood", "understand"]
