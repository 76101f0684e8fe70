"""The prompts of generate mode, as reviewed files: id, version, owner, variables, text (read by `assistant.generation`)."""
