"""Notices (F2, F5, G3, E8): staff write them as Markdown in docs/{zh,en}/notices; here they become pages, feeds and an agenda.

They do not pass through the site tool: a thousand of them must neither slow the build nor weigh on any page. What is shown
depends on `now` alone, so that publishing and expiring need no person: on this machine `publish` is run when the moment has come
that it returned (infra/local/notices.py); for the cloud it is run for each moment to come beforehand (generator/planning.py).
"""
