"""Fields of objects that a question asks for in words which are not their names."""
