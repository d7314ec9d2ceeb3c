"""HTTP/2 is not shipped: it would take the package h2, and looking for that loads a good part of the standard library."""
