"""The portal as Chalice knows it: this page registers, and does nothing else."""

import logging

from chalice import Chalice

from chalicelib import journal
from chalicelib.schedules.timetable import timetable
from chalicelib.web.accountability import accountability
from chalicelib.web.board import board
from chalicelib.web.caller import caller
from chalicelib.web.desk import desk
from chalicelib.web.desk_board import desk_board
from chalicelib.web.duty import duty
from chalicelib.web.edge import answer_options, edge
from chalicelib.web.entrance import entrance
from chalicelib.web.figures import figures
from chalicelib.web.filing import filing
from chalicelib.web.imports import imports
from chalicelib.web.incident_desk import incident_desk
from chalicelib.web.my import my
from chalicelib.web.my_data import my_data
from chalicelib.web.my_deletion import my_deletion
from chalicelib.web.my_entrance import my_entrance
from chalicelib.web.my_filing import my_filing
from chalicelib.web.my_posting import my_posting
from chalicelib.web.my_posts import my_posts
from chalicelib.web.now import now
from chalicelib.web.open_days import open_days
from chalicelib.web.picturing import picturing
from chalicelib.web.proving import proving
from chalicelib.web.queue import queue
from chalicelib.web.readings import readings
from chalicelib.web.reference import reference
from chalicelib.web.register import register
from chalicelib.web.reports import reports
from chalicelib.web.start import start
from chalicelib.web.tracking import tracking

journal.set_up()
app = Chalice(app_name="shounuo", configure_logs=False)
app.api.binary_types.append("multipart/form-data")  # a list is a file: its bytes must arrive as they are
app.log = logging.getLogger("portal.chalice")
app.register_blueprint(edge)
app.register_blueprint(reference)
app.register_blueprint(filing)
app.register_blueprint(tracking)
app.register_blueprint(picturing)
app.register_blueprint(my)
app.register_blueprint(open_days)
app.register_blueprint(my_filing)
app.register_blueprint(my_data)
app.register_blueprint(board)
app.register_blueprint(my_posts)
app.register_blueprint(my_posting)
app.register_blueprint(my_deletion)
app.register_blueprint(my_entrance)
app.register_blueprint(entrance)
app.register_blueprint(proving)
app.register_blueprint(queue)
app.register_blueprint(caller)
app.register_blueprint(desk)
app.register_blueprint(now)
app.register_blueprint(incident_desk)
app.register_blueprint(reports)
app.register_blueprint(duty)
app.register_blueprint(accountability)
app.register_blueprint(readings)
app.register_blueprint(figures)
app.register_blueprint(start)
app.register_blueprint(imports)
app.register_blueprint(desk_board)
app.register_blueprint(register)
app.register_blueprint(timetable)
answer_options(app)
