#!/usr/bin/python3
"""time-stamper.py FOLDER: a time stamp authority (RFC 3161) for the tests, on 127.0.0.1, which has OpenSSL make
the stamps. FOLDER has tsa.cnf, and gets `port` when all is ready. What it answers is by the path that is asked:
/stamp a stamp, /reject a refusal, /other a stamp for something else, /nonsense no answer of this kind,
/none status 404. Ends with its standard input."""

import http.server
import os
import subprocess
import sys
import threading

os.chdir(sys.argv[1])


def stamp(query):
    with open("query.tsq", "wb") as file:
        file.write(query)
    subprocess.run(
        ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open("reply.tsr", "rb") as file:
        return file.read()


def other_query():
    return subprocess.run(["openssl", "ts", "-query", "-data", "tsa.cnf", "-sha256", "-cert"],
                          check=True, capture_output=True).stdout


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] != "application/timestamp-query" or self.path == "/none":
            self.send_error(404)
            return
        answers = {
            "/stamp": lambda: stamp(query),
            "/other": lambda: stamp(other_query()),
            "/nonsense": lambda: b"nonsense",
            "/reject": lambda: bytes.fromhex("30053003020102"),  # PKIStatusInfo: rejection
        }
        body = answers[self.path]()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open("port.new", "w") as file:
    print(server.server_port, file=file)
os.rename("port.new", "port")
sys.stdin.read()
