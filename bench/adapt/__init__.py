"""How the bundled embedding model was adapted to questions about operations; see README.md."""
