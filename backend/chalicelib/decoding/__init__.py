"""Reads what strangers send: photos and lists. In the cloud a function of its own does that, which may do nothing else.

:mod:`.pictures` and :mod:`.lists` are the decoders, :mod:`.answering` is the function, :mod:`.asking` is how the portal asks it.
"""
