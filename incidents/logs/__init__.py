"""What logs tell when they are compared with themselves: new and rising templates, the first error, stack traces."""
