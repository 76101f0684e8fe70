"""The report of a comparison: one self-contained HTML file, and JSON, CSV, Markdown, LaTeX and JUnit beside it."""
