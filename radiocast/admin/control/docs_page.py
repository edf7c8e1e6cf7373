"""The OpenAPI document as a page for people: no script, nothing from elsewhere. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from radiocast.protocols.text import xml_text

CONTENT_TYPE = "text/html; charset=utf-8"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What goes with the page as Content-Security-Policy."""


def docs_page(document: Mapping[str, Any]) -> bytes:
    """The whole page."""
    operations = "".join(
        _operation(method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    )
    shapes = "".join(
        f'<h3 id="{name}">{name}</h3>\n{_schema(schema)}'
        for name, schema in document["components"]["schemas"].items()
    )
    info = document["info"]
    title = f"{_text(info['title'])} · API"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/static/style.css">
</head>
<body>
<header class="station"><h1>{title}</h1>
<p>{_text(info["description"])} For programs: <a href="/api/openapi.json">OpenAPI</a>.</p></header>
<main>
{operations}<section><h2>Shapes</h2>
{shapes}</section>
</main>
<footer><p>{_text(info["version"])}</p></footer>
</body>
</html>
""".encode()


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    who = " · for the administrator" if {} not in operation.get("security", [{}]) else ""
    parameters = "".join(
        f"<li><code>{_text(each['name'])}</code> ({each['in']}) "
        f"{_text(each.get('description', ''))}</li>\n"
        for each in operation.get("parameters", ())
    )
    body = operation.get("requestBody")
    sent = f"<p>Send:</p>\n{_content(body['content'])}" if body else ""
    replies = "".join(
        f"<p>{status}: {_text(reply['description'])}</p>\n"
        + (_content(reply["content"]) if status < "300" else "")
        for status, reply in operation["responses"].items()
    )
    return f"""<section>
<h2 id="{operation["operationId"]}"><code>{method.upper()} {_text(path)}</code></h2>
<p>{_text(operation["summary"])}{who}</p>
<ul>
{parameters}</ul>
{sent}{replies}</section>
"""


def _content(content: Mapping[str, Any]) -> str:
    return "".join(
        f"<p><code>{_text(kind)}</code></p>\n" + (_schema(each["schema"]) if each else "")
        for kind, each in content.items()
    )


def _schema(schema: object) -> str:
    # Not by `_text`, which makes one line of all.
    return f"<pre><code>{escape(json.dumps(schema, indent=1))}</code></pre>\n"


def _text(text: str) -> str:
    return xml_text(text, quote=True)
