"""The rows of the permission table for the doors beside the pages: signing in, SCIM, and the API.

A row says what a GET of a route answers, for each role that comes with a browser's session and for each key. To a door
for programs a session means nothing, so that a page elsewhere cannot use it.
"""

from __future__ import annotations

from collections.abc import Mapping

SESSIONS = ("anonymous", "customer", "provider", "lead", "boss", "outsider")
KEYS = ("scim key", "provider's key", "boss's key", "outsider's key")
Row = tuple[tuple[object, ...], Mapping[str, int]]


def _to_all(status: int, **others: int) -> dict[str, int]:
    return dict.fromkeys(SESSIONS, status) | others


def _by_key(scim: int, provider: int, boss: int, outsider: int) -> dict[str, int]:
    return dict.fromkeys(SESSIONS, 401) | dict(zip(KEYS, (scim, provider, boss, outsider), strict=True))


OPEN = _to_all(200) | dict.fromkeys(KEYS, 200)
SCIM = _by_key(200, 401, 401, 401)
SCIM_NOTHING = _by_key(404, 401, 401, 401)
READ_BY_SEERS = _by_key(401, 200, 200, 404)
READ_BY_ALL = _by_key(401, 200, 200, 200)
POST_ONLY = _to_all(405) | dict.fromkeys(KEYS, 405)
API_NOTHING = _to_all(404) | dict.fromkeys(KEYS, 404)
ONCE_IN = _to_all(302, anonymous=200)  # a form for those who are not signed in; others go to their desk
SIGNED_IN_ONLY = _to_all(200, anonymous=302)

ACCOUNT: dict[str, Row] = {
    "account_login": ((), ONCE_IN),
    "account_logout": ((), SIGNED_IN_ONLY),
    "account_inactive": ((), _to_all(200)),
    "account_signup": ((), ONCE_IN),
    "account_reauthenticate": ((), _to_all(403, anonymous=302)),
    "account_email": ((), SIGNED_IN_ONLY),
    "account_email_verification_sent": ((), _to_all(200)),
    "account_change_password": ((), _to_all(302)),
    "account_set_password": ((), SIGNED_IN_ONLY),
    "account_reset_password": ((), _to_all(200)),
    "account_confirm_login_code": ((), _to_all(302)),
    "account_confirm_email": (("forged",), _to_all(200)),
    "account_reset_password_from_key_done": ((), _to_all(200)),
    "account_reset_password_from_key": (("1", "forged"), _to_all(200)),
    "account_reset_password_done": ((), _to_all(200)),
    "account_request_login_code": ((), ONCE_IN),
}
PROGRAMS: dict[str, Row] = {
    "scim:config": ((), SCIM),
    "scim:resource-types": ((), SCIM),
    "scim:resource-type": (("User",), SCIM),
    "scim:schemas": ((), SCIM),
    "scim:schema": (("urn:ietf:params:scim:schemas:core:2.0:User",), SCIM),
    "scim:users": ((), SCIM),
    "scim:user": (("provider",), SCIM),
    "scim:groups": ((), SCIM),
    "scim:group": (("workshop",), SCIM),
    "scim:nowhere": (("Elsewhere",), SCIM_NOTHING),
    "api-v1:openapi": ((), OPEN),
    "api-v1:docs": ((), OPEN),
    "api-v1:open_promise": ((), READ_BY_ALL),
    "api-v1:get_promise": (("promise",), READ_BY_SEERS),
    "api-v1:act_in": (("promise",), POST_ONLY),
    "api-v1:list_events": (("promise",), READ_BY_SEERS),
    "api-v1:list_clocks": (("promise",), READ_BY_SEERS),
    "api-v1:get_chain": (("promise",), READ_BY_SEERS),
    "api-v1:ask_upstream": (("promise",), POST_ONLY),
    "mcp:endpoint": ((), _by_key(401, 405, 405, 405)),
    "api-v1:nowhere": (("elsewhere",), API_NOTHING),
}
