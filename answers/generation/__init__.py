"""Answers with a language model that chooses; every word that is shown is a document's."""
