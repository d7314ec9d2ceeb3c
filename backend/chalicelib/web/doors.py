"""The addresses at which staff come in, by the resource that answers there: whoever is at one of them is not at the desk yet."""

STAFF_CODE = "/staff/code"
STAFF_SESSION = "/staff/session"
STAFF_PROOF = "/staff/proof"
AT_THE_DOOR = frozenset({STAFF_CODE, STAFF_SESSION, STAFF_PROOF})
