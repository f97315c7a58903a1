#!/usr/bin/python3
"""tls-server.py PORT NAME CA VERSION SEEN: an HTTPS server on localhost with NAME.pem and NAME.key that
speaks one version of TLS only (TLSv1.2 or TLSv1.3) and demands a certificate issued by CA. Whoever
shows one gets a page, and a line in the file SEEN: version and SHA-256 of the certificate. The file is
there as soon as the server listens."""

import contextlib
import hashlib
import http.server
import ssl
import sys

port, name, ca, version, seen = sys.argv[1:]

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = context.maximum_version = ssl.TLSVersion[version.replace(".", "_")]
context.load_cert_chain(name + ".pem", name + ".key")
context.load_verify_locations(ca)
context.verify_mode = ssl.CERT_REQUIRED


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        certificate = self.connection.getpeercert(binary_form=True)
        visitor = f"{self.connection.version()} {hashlib.sha256(certificate).hexdigest()}\n"
        with open(seen, "a", encoding="ascii") as file:
            file.write(visitor)
        text = ("Authenticated: " + visitor).encode("ascii")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    # In the visitor's own thread: one who is slow, or has no certificate, keeps nobody waiting.
    def finish_request(self, request, client_address):
        request.settimeout(120)
        with context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)
            # Some do not wait for the end's answer.
            with contextlib.suppress(OSError):
                connection.unwrap()

    def handle_error(self, request, client_address):
        print("server:", repr(sys.exc_info()[1]), file=sys.stderr)


with Server(("127.0.0.1", int(port)), Page) as server:
    open(seen, "w", encoding="ascii").close()
    server.serve_forever()
