"""Fixed rules and wording as data: reviewed files, each with id, version and owner."""
