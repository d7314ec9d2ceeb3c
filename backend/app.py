"""The portal as Chalice knows it: this page registers, and does nothing else."""

import logging

from chalicelib import journal
from chalicelib.web.ways import Portal, packaged

# Modules of chalicelib/web, each with a blueprint of its own name.
ROUTES = (
    "reference",
    "filing",
    "tracking",
    "picturing",
    "my",
    "open_days",
    "my_filing",
    "my_data",
    "board",
    "my_posts",
    "my_posting",
    "my_deletion",
    "my_entrance",
    "entrance",
    "proving",
    "queue",
    "caller",
    "desk",
    "now",
    "incident_desk",
    "reports",
    "duty",
    "accountability",
    "readings",
    "call_backs",
    "figures",
    "start",
    "imports",
    "desk_board",
    "desk_open_days",
    "register",
)

journal.set_up()
ways = packaged()
app = Portal("shounuo", ROUTES, ways)
app.api.binary_types.append("multipart/form-data")  # a list is a file: its bytes must arrive as they are
app.log = logging.getLogger("portal.chalice")
if ways is None:
    # In the cloud the scheduled functions are functions of their own.
    from chalicelib.schedules.timetable import timetable

    app.register_blueprint(timetable)
