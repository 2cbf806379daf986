"""Uploads a photograph of up to 50 MB straight to the storage, shows the progress, and edits it by its id."""

import json
import os
import sys
import uuid
from http.client import HTTPConnection, HTTPSConnection
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

URL = os.environ.get("DARKROOM_URL", "http://127.0.0.1:8787")
KEY = os.environ.get("DARKROOM_KEY", "sk-bf-local")
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
TYPES = {".png": "image/png", ".webp": "image/webp"}
photograph = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "kodim03.png")
size = os.path.getsize(photograph)


def opened(request):
    """The response; where it is an error, ends with its message, which says what to do."""
    try:
        return urlopen(request, timeout=30)
    except HTTPError as error:
        body = error.read().decode(errors="replace")
        try:
            body = json.loads(body)["error"]["message"]
        except (ValueError, KeyError, TypeError):
            pass  # Not the gateway's own, such as API Gateway's 413.
        raise SystemExit(f"{error.code} {body}")


def ask(path, body):
    headers = {**HEADERS, "Idempotency-Key": str(uuid.uuid4())}
    with opened(Request(URL + path, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer), answer.headers["Location"]


def form(head, tail):
    """The form piece by piece: the file is never held in memory."""
    yield head
    sent = 0
    with open(photograph, "rb") as file:
        while chunk := file.read(65536):
            yield chunk
            sent += len(chunk)
            print(f"\rUploaded {100 * sent // size} %", end="", file=sys.stderr)
    print(file=sys.stderr)
    yield tail


def send(upload):
    """Sends all fields of the form first, and the file last. The storage wants the length beforehand."""
    boundary = uuid.uuid4().hex
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    texts = "".join(f'{part}{name}"\r\n\r\n{value}\r\n' for name, value in upload["fields"].items())
    head = f'{texts}{part}file"; filename="photograph"\r\n\r\n'.encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    url = urlsplit(upload["url"])
    connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(url.netloc, timeout=60)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    connection.request("POST", url.path or "/", form(head, tail), headers)
    answer = connection.getresponse()
    if answer.status != 204:
        raise SystemExit(f"{answer.status} {answer.read().decode()}")


content_type = TYPES.get(os.path.splitext(photograph)[1], "image/jpeg")
announcement = {"filename": os.path.basename(photograph), "bytes": size, "content_type": content_type}
file, _ = ask("/v1/files", announcement)
send(file["upload"])

# The job has a copy of the file, which may be deleted from then on, or serve further jobs until it expires.
edit = {"model": "openai/gpt-image-2", "prompt": "Make it dusk", "images": [{"file_id": file["id"]}]}
_, location = ask("/v1/async/images/edits", edit)
status = 202
while status == 202:
    with opened(Request(location, headers={**HEADERS, "Prefer": "wait=20"})) as answer:
        status, job = answer.status, json.load(answer)

if "result" not in job:
    raise SystemExit(f"The job is {job['status']}: {job['error']['error']['message']}")
with opened(Request(job["result"]["data"][0]["url"])) as answer, open("upload.png", "wb") as image:
    image.write(answer.read())
print("Saved upload.png")
