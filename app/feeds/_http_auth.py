"""Who asks: a credential in the head or the address of an HTTP request."""

import base64
from typing import Annotated, ClassVar, Literal

import msgspec

from app.core.privacy import SECRET, Privacy
from app.feeds._http_call import Call
from app.options import said
from app.secrets import Secret


class AuthOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`auth` of a feed's options: how its credential is sent."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    way: Annotated[
        Literal["auto", "basic", "bearer", "header", "query"],
        said("auto: user:password as basic, a token as bearer"),
    ] = "auto"
    name: Annotated[str, SECRET, said("of the header or parameter")] = "X-Api-Key"


def put_credential(call: Call, secret: Secret, options: AuthOptions) -> None:
    """Add a credential to a request."""
    user, password = secret.pair
    way = options.way
    if way == "auto":
        way = "basic" if user else "bearer"
    if way == "header":
        call.headers[options.name] = secret.reveal()
    elif way == "query":
        call.url = call.url.copy_merge_params({options.name: secret.reveal()})
    elif way == "basic":
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        call.headers["Authorization"] = f"Basic {pair}"
    else:
        call.headers["Authorization"] = f"Bearer {secret.reveal()}"
