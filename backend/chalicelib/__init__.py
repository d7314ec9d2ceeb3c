"""Shounuo: the resident service portal that keeps its promises."""
