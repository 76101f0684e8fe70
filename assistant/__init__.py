"""The assistant room: from a question to a cited answer, safety screening, cases, HTTP API and command line."""
