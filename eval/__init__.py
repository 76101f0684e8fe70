"""The evaluation room: datasets, measures, statistics, runs and reports.

Never write `import eval` or `import eval.x`: it hides the built-in. Write `from eval.x import y`.
"""
