"""Notices (F2, F5, G3, E8): staff write them as Markdown in docs/{zh,en}/notices; here they become pages, feeds and an agenda.

They do not pass through the site tool: a thousand of them must neither slow the build nor weigh on any page. What is shown
depends on `now` alone, so that publishing and expiring need no person: whoever runs `publish` when the returned moment has
come (on this machine the timekeeper, in the cloud a scheduled build) keeps the site true.
"""
