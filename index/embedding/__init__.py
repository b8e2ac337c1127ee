"""Text to vectors: the bundled model through onnxruntime, any other through sentence-transformers."""
