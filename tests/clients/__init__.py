"""Other people's clients, unmodified, against the real service over the packaged documents."""
