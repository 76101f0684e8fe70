"""The index room: documents cut into passages and statements, embedded, stored and searched.

It imports `corpus` and nothing of `assistant` or `eval`.
"""
