"""A plain static web server that knows ranges, which Python's own does not, and counts what it sends.

usage: remote_http.py PORT FOLDER

GET /__sent answers with the bytes of bodies and the requests so far, and begins to count anew.
"""

import re
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

root, counted = Path(sys.argv[2]), [0, 0]


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = root / unquote(self.path).lstrip("/")
        status, extra = 200, []
        if self.path == "/__sent":
            body = f"{counted[0]} {counted[1]}".encode()
            counted[:] = [0, 0]
        elif not path.is_file():
            status, body = 404, b""
        else:
            body = path.read_bytes()
            found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            if found:
                first, last, size = int(found[1]), int(found[2]), len(body)
                body = body[first : last + 1]
                status = 206
                extra = [("Content-Range", f"bytes {first}-{first + len(body) - 1}/{size}")]
        self.send_response(status)
        for name, value in [("Content-Length", str(len(body))), *extra]:
            self.send_header(name, value)
        if path.is_file():
            self.send_header("Last-Modified", self.date_time_string(path.stat().st_mtime))
        self.end_headers()
        self.wfile.write(body)
        if self.path != "/__sent":
            counted[0] += len(body)
            counted[1] += 1

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
