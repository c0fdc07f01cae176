"""An S3 server in memory that counts what it sends, with a folder in one of its buckets.

usage: remote_s3.py PORT FOLDER BUCKET PREFIX

GET /__sent answers with the bytes of bodies and the requests so far, and begins to count anew.
"""

import sys
from pathlib import Path
from threading import Lock

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

port, folder, bucket, prefix = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
lock, sent, requests = Lock(), 0, 0
inner = DomainDispatcherApplication(create_backend_app)


def counting(environ, start_response):
    global sent, requests
    if environ["PATH_INFO"] == "/__sent":
        with lock:
            body = f"{sent} {requests}".encode()
            sent = requests = 0
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]
    body = b"".join(inner(environ, start_response))
    with lock:
        sent += len(body)
        requests += 1
    return [body]


server = make_server("127.0.0.1", port, counting, threaded=True)
import threading

threading.Thread(target=server.serve_forever, daemon=True).start()
client = boto3.client(
    "s3",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
client.create_bucket(Bucket=bucket)
for path in sorted(folder.rglob("*.parquet")):
    client.upload_file(str(path), bucket, f"{prefix}/{path.relative_to(folder).as_posix()}")
print("ready", flush=True)
threading.Event().wait()
