"""Generate mode: its parts, and scripted models served over HTTP."""
