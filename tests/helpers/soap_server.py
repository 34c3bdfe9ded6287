"""A SOAP 1.1 server for tests: a fixed WSDL, envelopes by hand, and faults on demand."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TYPES = """
  <xsd:schema targetNamespace="urn:river" elementFormDefault="qualified">
    {imports}
    <xsd:element name="getLevels"><xsd:complexType><xsd:sequence>
      <xsd:element name="city" type="xsd:string"/>
      <xsd:element name="from" type="xsd:string" minOccurs="0"/>
      <xsd:element name="user" type="xsd:string" minOccurs="0"/>
    </xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="getLevelsResponse"><xsd:complexType><xsd:sequence>
      <xsd:element name="item" minOccurs="0" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>
        <xsd:element name="stcd" type="xsd:string"/>
        <xsd:element name="z" type="xsd:decimal"/>
        <xsd:element name="tm" type="xsd:dateTime"/>
      </xsd:sequence></xsd:complexType></xsd:element>
      <xsd:element name="page" type="xsd:int" minOccurs="0"/>
    </xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="getText"><xsd:complexType><xsd:sequence/></xsd:complexType></xsd:element>
    <xsd:element name="getTextResponse"><xsd:complexType><xsd:sequence>
      <xsd:element name="return" type="xsd:string"/>
    </xsd:sequence></xsd:complexType></xsd:element>
  </xsd:schema>
"""
_OPERATION = """
    <wsdl:operation name="{name}"><wsdl:input message="t:{name}"/>
      <wsdl:output message="t:{name}Response"/></wsdl:operation>"""
_BOUND = """
    <wsdl:operation name="{name}"><soap:operation soapAction="urn:{name}"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>"""
_MESSAGES = """
  <wsdl:message name="{name}"><wsdl:part name="p" element="t:{name}"/></wsdl:message>
  <wsdl:message name="{name}Response"><wsdl:part name="p" element="t:{name}Response"/>
  </wsdl:message>"""
_NAMES = ("getLevels", "getText")


def wsdl(address: str, *, imports: str = "", doctype: str = "") -> str:
    """The service's description."""
    every = (_MESSAGES, _OPERATION, _BOUND)
    messages, operations, bound = ("".join(p.format(name=n) for n in _NAMES) for p in every)
    return f"""<?xml version="1.0"?>{doctype}
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:river"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="urn:river"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <wsdl:types>{TYPES.format(imports=imports)}</wsdl:types>{messages}
  <wsdl:portType name="River">{operations}</wsdl:portType>
  <wsdl:binding name="RiverSoap" type="t:River">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>{bound}
  </wsdl:binding>
  <wsdl:service name="RiverService"><wsdl:port name="RiverPort" binding="t:RiverSoap">
    <soap:address location="{address}"/></wsdl:port></wsdl:service>
</wsdl:definitions>"""


def envelope(body: str) -> str:
    """A whole answer."""
    space = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<s:Envelope xmlns:s="{space}"><s:Body>{body}</s:Body></s:Envelope>'


def levels(*rows: tuple[str, str, str]) -> str:
    """An answer to getLevels: station, level in metres, time."""
    items = "".join(
        f"<item><stcd>{stcd}</stcd><z>{z}</z><tm>{tm}</tm></item>" for stcd, z, tm in rows
    )
    return envelope(f'<getLevelsResponse xmlns="urn:river">{items}</getLevelsResponse>')


def fault(code: str, words: str) -> str:
    """A SOAP 1.1 Fault."""
    inner = f"<faultcode>{code}</faultcode><faultstring>{words}</faultstring>"
    return envelope(f"<s:Fault>{inner}</s:Fault>")


class SoapServer:
    """`with SoapServer() as server:`; `answer` is what every call gets, `asked` the envelopes."""

    def __init__(self, *, basic: str = "") -> None:
        self.answer: tuple[int, str] = (200, levels())
        self.description = ""
        self.asked: list[str] = []
        self.fetched = 0
        self._basic = basic
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.description = wsdl(self.url)

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self._server.server_port}/river"

    def __enter__(self) -> "SoapServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.fetched += 1
                self._give(200, server.description)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                wanted = base64.b64encode(server._basic.encode()).decode()
                if server._basic and self.headers["Authorization"] != f"Basic {wanted}":
                    self._give(401, "")
                    return
                server.asked.append(body)
                self._give(*server.answer)

            def _give(self, status: int, text: str) -> None:
                data = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Nothing is said."""

        return Handler
