"""Turns docs/ and the rulebook into the two-language site. A plain program: MkDocs, or its successor, only builds what it wrote.

`python -m generator build` does everything; see `__main__` for the single steps.
"""
