"""Reads the price list of the paid services: what each costs, and which promise it belongs to."""

from __future__ import annotations

from chalicelib.domain.services import Service
from chalicelib.rulebook.table import Table


def read_services(table: Table) -> tuple[Service, ...]:
    """The services in the order of the file."""
    services = []
    seen: set[str] = set()
    for row in table.rows("services"):
        service = Service(
            id=row.identifier("id"),
            promise=row.words("promise", longest=10),
            title=row.text("title"),
            price=row.text("price"),
            note=row.text("note"),
        )
        row.finish()
        if service.id in seen:
            row.wrong("id", f"“{service.id}”写了两次。请换一个编号。")
        seen.add(service.id)
        services.append(service)
    if not services:
        table.wrong("services", "一项服务也没有。每项前面要单独写一行 [[services]]。")
    table.finish()
    return tuple(services)
