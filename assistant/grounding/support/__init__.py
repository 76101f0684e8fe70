"""Support: what in a statement bears out a piece of a sentence. Asked by the checks; it yields no reasons of its own."""
