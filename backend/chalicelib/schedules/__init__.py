"""When the clock does what: every scheduled function on one page."""
