"""HTTP digest authentication (RFC 7616, MD5 and SHA-256, `auth`): cameras ask for it."""

import hashlib
import re
import secrets
from urllib.parse import urlsplit

from app.secrets import Secret

_PART = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_HASHES = {"md5": "md5", "sha-256": "sha256"}
MAX_CHALLENGE = 2000


def digest(challenge: str, method: str, url: str, secret: Secret, own: str = "") -> dict[str, str]:
    """The header that answers a `WWW-Authenticate`; none where it asks for something else, as a
    password is not sent to be read. `own` is our nonce, else a new one."""
    if not challenge.lower().startswith("digest "):
        return {}
    found = _PART.findall(challenge[:MAX_CHALLENGE])
    parts = {name.lower(): quoted or plain for name, quoted, plain in found}
    algorithm = parts.get("algorithm", "MD5")
    if algorithm.lower() not in _HASHES or '"' in parts.get("realm", ""):
        return {}

    def hashed(text: str) -> str:
        return hashlib.new(
            _HASHES[algorithm.lower()], text.encode(), usedforsecurity=False
        ).hexdigest()

    user, password = secret.pair
    target = urlsplit(url)
    uri = target.path + (f"?{target.query}" if target.query else "")
    who = hashed(f"{user}:{parts.get('realm', '')}:{password}")
    what = hashed(f"{method}:{uri}")
    given = [f'username="{user}"', f'uri="{uri}"', f"algorithm={algorithm}"]
    given += [f'{name}="{parts.get(name, "")}"' for name in ("realm", "nonce")]
    if "opaque" in parts:
        given.append(f'opaque="{parts["opaque"]}"')
    if "auth" in re.split(r"[,\s]+", parts.get("qop", "")):
        own = own or secrets.token_hex(8)
        proof = hashed(f"{who}:{parts.get('nonce', '')}:00000001:{own}:auth:{what}")
        given += ["qop=auth", "nc=00000001", f'cnonce="{own}"']
    else:
        proof = hashed(f"{who}:{parts.get('nonce', '')}:{what}")
    given.append(f'response="{proof}"')
    return {"Authorization": "Digest " + ", ".join(given)}
