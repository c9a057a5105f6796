"""Where the pages before and after one are found: RFC 8288."""

from __future__ import annotations

from urllib.parse import urlencode

from tornado.httputil import HTTPServerRequest

from nbmlops.records.wire.rows import Page
from nbmlops.records.wire.values import MOST_ROWS

_NOT_REPEATED = ("offset", "token")


def links(request: HTTPServerRequest, page: Page) -> dict[str, str]:
    """The headers of a page of runs: `Link` with `next` and `prev`, as far as there are any, and `X-Total-Count`."""
    from nbmlops.answers.page_query import ROWS  # loads SQLAlchemy

    said = {
        key: [one.decode("utf-8", "replace") for one in values] for key, values in request.arguments.items()
    }
    limit = min(int(said["limit"][-1]), MOST_ROWS) if "limit" in said else ROWS
    offset, total = page["offset"], page["total"]
    places = {}
    if limit and offset + limit < total:
        places["next"] = offset + limit
    if limit and offset > 0:
        places["prev"] = max(0, offset - limit)
    kept = [(key, one) for key, values in said.items() if key not in _NOT_REPEATED for one in values]
    found = [
        f'<{request.path}?{urlencode([*kept, ("offset", at)])}>; rel="{rel}"' for rel, at in places.items()
    ]
    headers = {"X-Total-Count": str(total)}
    return headers | {"Link": ", ".join(found)} if found else headers
