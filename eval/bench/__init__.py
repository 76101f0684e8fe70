"""Speed and size against the usual recipe, both measured in one run on one machine, each side in processes of its own."""
