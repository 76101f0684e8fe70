"""Schema migrations, append-only: a released one is never edited. `assistant.storage.Database.migrate` runs them."""
