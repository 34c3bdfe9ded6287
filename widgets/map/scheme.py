"""`city://map/`, the only origin of the page, and what Chromium is told when it begins.

Both count once per process and before the first object of WebEngine is made.
"""

import re
from collections.abc import MutableMapping, Sequence

from PySide6.QtWebEngineCore import QWebEngineUrlScheme

SCHEME, HOST = "city", "map"
ORIGIN = f"{SCHEME}://{HOST}"
FLAGS_VARIABLE, SANDBOX_VARIABLE = "QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_DISABLE_SANDBOX"
FLAGS = (
    # A proxy of the system would resolve names for whoever asks, behind the back of `resolves`.
    "--no-proxy-server",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--no-pings",
    "--disable-pinch",
    # All maps in one process, each further one is some 30 MB less. One that hangs or dies takes the
    # others along; each comes back by itself with what it showed.
    "--process-per-site",
    # What a page was sent is garbage as soon as it is drawn: 20 MB of it lay about after an
    # hour of many changes before V8 looked.
    "--js-flags=--max-semi-space-size=1",
)
_RESOLVES = re.compile(r'--host-resolver-rules=("[^"]*"?|\S*)\s*')
NO_COMPOSING, NO_GPU = "--disable-gpu-compositing", "--disable-gpu"


def register() -> None:
    """Make the scheme known: secure, its own origin, `fetch` allowed, no access to files. A second
    call does nothing."""
    if QWebEngineUrlScheme.schemeByName(SCHEME.encode()).name() == SCHEME.encode():
        return
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


def resolves(hosts: Sequence[str] = ()) -> str:
    """No name has an address and no address is reached, whatever asks, but those that embedded
    pages of the city may reach: the last wall behind guards and the pages' own rules."""
    spared = "".join(f", EXCLUDE {host}" for host in hosts)
    return f'--host-resolver-rules="MAP * ~NOTFOUND{spared}"'


def tell_chromium(
    environ: MutableMapping[str, str],
    *,
    root: bool,
    composes: bool,
    careful: bool,
    hosts: Sequence[str] = (),
) -> None:
    """Put our flags before those that the machine's owner set. As root the sandbox is off, because
    Chromium does not run otherwise, and for nobody else. `composes`: the views may be put together
    by GL; `careful`: the program ended when it tried the graphics card; `hosts`: what embedded
    pages may reach. Which names are resolved is not the environment's to say: a program of ours
    that started this one left its own rule there, and Chromium takes the last."""
    given = _RESOLVES.sub("", environ.get(FLAGS_VARIABLE, "")).strip()
    flags = [resolves(hosts), *FLAGS]
    flags += [] if composes else [NO_COMPOSING]
    flags += [NO_GPU] if careful else []
    environ[FLAGS_VARIABLE] = " ".join([*(f for f in flags if f not in given), given]).strip()
    if root:
        environ[SANDBOX_VARIABLE] = "1"
