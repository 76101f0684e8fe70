"""The corpus room: approved documents, their governance and the glossary.

It holds the documents themselves (Markdown with YAML front matter), reads and validates them, and says which of them may be
served at a given moment. It knows nothing of passages, search or answers.
"""
