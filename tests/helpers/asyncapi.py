"""docs/asyncapi.yaml, made from the Structs of the envelope: `python -m tests.helpers.asyncapi`."""

import json
import sys
from typing import Any

import msgspec

from app.core import envelope
from app.core.envelope import VERSION, ClientFrame, ServerFrame

_TITLE = "城脉 Chengmai ws-json"
_DESCRIPTION = (envelope.__doc__ or "").strip()


def frames(union: Any) -> list[type[msgspec.Struct]]:
    """The Structs of a union."""
    return list(union.__args__)


def document() -> dict[str, Any]:
    """The AsyncAPI 3 description."""
    client, server = frames(ClientFrame), frames(ServerFrame)
    _, schemas = msgspec.json.schema_components(
        [*client, *server], ref_template="#/components/schemas/{name}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {"title": _TITLE, "version": f"{VERSION}.0.0", "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            "feed": {
                "address": "/",
                "description": "One WebSocket; every text frame is one JSON object.",
                "messages": {
                    frame.__name__: {"$ref": f"#/components/messages/{frame.__name__}"}
                    for frame in (*client, *server)
                },
            }
        },
        "operations": {
            "ask": _operation("receive", "What the server receives.", client),
            "tell": _operation("send", "What the server sends.", server),
        },
        "components": {
            "messages": {
                frame.__name__: {
                    "summary": " ".join((frame.__doc__ or "").split()),
                    "payload": {"$ref": f"#/components/schemas/{frame.__name__}"},
                }
                for frame in (*client, *server)
            },
            "schemas": schemas,
        },
    }


def _operation(action: str, summary: str, told: list[type[msgspec.Struct]]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/feed"},
        "messages": [{"$ref": f"#/channels/feed/messages/{frame.__name__}"} for frame in told],
    }


def as_yaml(value: Any, indent: int = 0) -> str:
    """Block style with JSON scalars, which every YAML 1.2 reader takes."""
    space = "  " * indent
    if isinstance(value, dict) and value:
        lines = []
        for name, item in value.items():
            key = name if name.isidentifier() else json.dumps(name)
            if isinstance(item, dict | list) and item:
                lines.append(f"{space}{key}:\n{as_yaml(item, indent + 1)}")
            else:
                lines.append(f"{space}{key}: {json.dumps(item, ensure_ascii=False)}\n")
        return "".join(lines)
    if isinstance(value, list) and value:
        lines = []
        for item in value:
            if isinstance(item, dict | list) and item:
                inner = as_yaml(item, indent + 1)
                lines.append(f"{space}- {inner.lstrip()}")
            else:
                lines.append(f"{space}- {json.dumps(item, ensure_ascii=False)}\n")
        return "".join(lines)
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(as_yaml(document()))
