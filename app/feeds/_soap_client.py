"""A SOAP service through zeep, which waits: all of this runs in its feed's own thread.

zeep is given a transport that asks through the feed's HTTP line, so limits, TLS, credentials and
the network plane are those of every request. A document with a DOCTYPE is refused before zeep sees
it, and one on another host is not fetched, whoever imports it.
"""

import decimal
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import unquote, urljoin, urlsplit
from zoneinfo import ZoneInfo

import msgspec
import zeep
import zeep.exceptions
import zeep.helpers
import zeep.wsse.username
from lxml import etree  # type: ignore[import-untyped]

from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Lost, Refused
from app.feeds._http_call import Origin, address, origin
from app.feeds._plain import plain
from app.formats._xml import BadXml, parse

# zeep logs every value that is none, in plain and with a traceback; here it is a record with a
# reason, masked and counted (app/feeds/_quarantine.py).
logging.getLogger("zeep").setLevel(logging.CRITICAL)

MOST_DOCUMENTS = 60
# zeep states no types.
_client: Any = zeep.Client
_token: Any = zeep.wsse.username.UsernameToken
_serialized: Any = zeep.helpers.serialize_object
_AUTHENTICATION = ("FailedAuthentication", "InvalidSecurity", "FailedCheck")  # WS-Security 1.1, 12


class Reply(msgspec.Struct, frozen=True):
    """An HTTP answer with the names that zeep asks for."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    status_code: int
    content: bytes
    headers: dict[str, str]
    encoding: str = "utf-8"


Ask = Callable[[str, dict[str, str], bytes | None], Reply]
"""Sends a request and waits: address, headers, body (None: GET). Raises Lost and Refused."""


class Service(msgspec.Struct, frozen=True):
    """Which operation of which service, and who asks. `copies` are files for documents of other
    hosts, by their addresses."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    url: str
    wsdl: str
    address: str
    service: str
    port: str
    operation: str
    user: str
    password: Annotated[str, SECRET]
    token: bool
    digest: bool
    strict: bool
    copies: dict[str, str]
    max_bytes: int
    zone: ZoneInfo | None


class Transport(zeep.Transport):
    """zeep's way out."""

    def __init__(self, service: Service, ask: Ask) -> None:
        self._service = service
        self._ask = ask
        self._documents: dict[str, bytes] = {}
        # What zeep's own class would have made with a session of its own.
        self.logger = logging.getLogger("zeep.transports")
        self._close_session = False
        self.operation_timeout = None

    def load(self, url: str) -> bytes:
        """A document of the WSDL; raises Refused for one that may not be had."""
        known = self._documents.get(url)
        if known is None:
            if len(self._documents) >= MOST_DOCUMENTS:
                raise Refused(message("soap.wsdl", error=f"> {MOST_DOCUMENTS}"))
            known = self._documents[url] = self._document(url)
        return known

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """An envelope to the service, and its answer."""
        reply = self._ask(address, dict(headers), body)
        if reply.content and "multipart/" not in reply.headers.get("content-type", "").lower():
            try:
                parse(reply.content, self._service.max_bytes)
            except BadXml as error:
                raise Lost(message("soap.reply", error=error.reason)) from error
        named = {"Content-Type": reply.headers.get("content-type", "text/xml")}
        return Reply(reply.status_code, reply.content, named)

    def get(self, address: str, params: object, headers: object) -> Reply:
        """Bindings over plain HTTP are none of ours."""
        raise Refused(message("soap.wsdl", error="HTTP binding"))

    def _document(self, url: str) -> bytes:
        data = self._read(url)
        try:
            parse(data, self._service.max_bytes)
        except BadXml as error:
            raise Refused(message("soap.wsdl", error=error.reason)) from error
        return data

    def _read(self, url: str) -> bytes:
        service = self._service
        if copy := service.copies.get(url):
            return _file(Path(copy), service.max_bytes)
        if service.wsdl:
            path, home = Path(unquote(urlsplit(url).path)), Path(service.wsdl).resolve().parent
            if urlsplit(url).scheme in ("", "file") and path.resolve().is_relative_to(home):
                return _file(path, service.max_bytes)
        elif (asked := _origin(url)) is not None and asked == _origin(service.url):
            return self._ask(url, {}, None).content
        raise Refused(message("soap.elsewhere", host=urlsplit(url).hostname or url[:100]))


class Caller:
    """A service whose WSDL was read. Raises Lost and Refused."""

    def __init__(self, service: Service, ask: Ask) -> None:
        self._service = service
        settings = zeep.Settings(forbid_dtd=True, strict=service.strict)
        security = None
        if service.token:
            security = _token(service.user, service.password, use_digest=service.digest)
        try:
            client = _client(
                service.wsdl or service.url,
                transport=Transport(service, ask),
                settings=settings,
                wsse=security,
            )
            port = _port(client, service)
        except (Lost, Refused):
            raise
        except Exception as error:  # zeep raises anything at a WSDL that is wrong
            raise Refused(message("soap.wsdl", error=_words(error))) from error
        self._proxy = client.create_service(port.binding.name, self._address(port))
        self._operation = self._found(port)

    def call(self, arguments: dict[str, Any]) -> bytes:
        """The answer: a text as it is, one element as XML, all else as JSON; empty for none."""
        try:
            # A dash where a decimal should be would cost the whole answer; as no number it costs
            # its record only.
            with decimal.localcontext() as context:
                context.traps[decimal.InvalidOperation] = False
                result = _serialized(self._operation(**arguments), dict)
        except (Lost, Refused):
            raise
        except zeep.exceptions.Fault as error:
            code = " ".join([str(error.code), *map(str, error.subcodes or ())])
            if any(word in code for word in _AUTHENTICATION):
                raise Refused(message("feed.credentials")) from error
            raise Lost(message("soap.fault", error=_words(error))) from error
        except (zeep.exceptions.ValidationError, TypeError) as error:
            raise Refused(message("soap.arguments", error=_words(error))) from error
        except Exception as error:  # nor is it choosy about answers
            raise Lost(message("soap.reply", error=_words(error))) from error
        return self._bytes(result)

    def _bytes(self, result: Any) -> bytes:
        if result is None:
            return b""
        if isinstance(result, str):
            return result.encode("utf-8", "replace")
        if isinstance(result, bytes):
            return result
        if etree.iselement(result):
            return bytes(etree.tostring(result))
        return msgspec.json.encode(plain(_elements_as_text(result), self._service.zone))

    def _address(self, port: Any) -> str:
        service = self._service
        if service.address:
            return service.address
        address = urljoin(service.url, str(port.binding_options.get("address", "")))
        if not service.url or _origin(address) != _origin(service.url):
            host = urlsplit(address).hostname or "-"
            raise Refused(message("soap.other_address", host=host))
        return address

    def _found(self, port: Any) -> Callable[..., Any]:
        try:
            return self._proxy[self._service.operation]  # type: ignore[no-any-return]
        except (AttributeError, KeyError, ValueError) as error:
            known = ", ".join(sorted(port.binding.all()))[:300]
            name = self._service.operation
            raise Refused(message("soap.operation", name=name, known=known)) from error


def _port(client: Any, service: Service) -> Any:
    services = client.wsdl.services
    if service.service and service.service not in services:
        raise Refused(message("soap.no_service", name=service.service, known=", ".join(services)))
    chosen = [services[service.service]] if service.service else list(services.values())
    ports = [port for one in chosen for name, port in one.ports.items()]
    wanted = [port for port in ports if not service.port or port.name == service.port]
    if not wanted:
        known = ", ".join(str(port.name) for port in ports)
        raise Refused(message("soap.no_service", name=service.port, known=known))
    return wanted[0]


def _elements_as_text(value: Any) -> Any:
    """Elements of any type (`xsd:any`, the data sets of .NET) as their XML."""
    if isinstance(value, dict):
        return {key: _elements_as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_elements_as_text(inner) for inner in value]
    return etree.tostring(value, encoding="unicode") if etree.iselement(value) else value


def _file(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)  # one too many is refused by the parser
    except OSError as error:
        raise Refused(message("soap.no_file", file=str(path))) from error


def _origin(url: str) -> Origin | None:
    try:
        return origin(address(url))
    except Lost:  # no address of HTTP: a file beside a WSDL that is none
        return None


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
