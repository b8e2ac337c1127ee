"""How objects hang together and how they are, asked in whatever words: one module a subject."""
