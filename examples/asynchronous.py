"""Submits a job, asks for it until it has ended, and saves its images. Needs nothing but Python."""

import json
import os
import uuid
from urllib.request import Request, urlopen

URL = os.environ.get("DARKROOM_URL", "http://127.0.0.1:8787")
KEY = os.environ.get("DARKROOM_KEY", "sk-bf-local")
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}

fields = {"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk", "size": "1536x1024", "n": 2}
submission = Request(
    f"{URL}/v1/async/images/generations",
    data=json.dumps(fields).encode(),
    # With this key, a retry finds the job of the first try: nothing is made or paid for twice.
    headers={**HEADERS, "Idempotency-Key": str(uuid.uuid4())},
)
with urlopen(submission, timeout=30) as answer:
    location = answer.headers["Location"]

# Each answer comes when the job has ended, or after 20 seconds; 202 says that it is still open.
status = 202
while status == 202:
    with urlopen(Request(location, headers={**HEADERS, "Prefer": "wait=20"}), timeout=30) as answer:
        status, job = answer.status, json.load(answer)

if "result" not in job:
    raise SystemExit(f"The job is {job['status']}: {job['error']['error']['message']}")
for number, image in enumerate(job["result"]["data"], start=1):
    with urlopen(image["url"], timeout=30) as answer, open(f"asynchronous-{number}.png", "wb") as file:
        file.write(answer.read())
    print(f"Saved asynchronous-{number}.png")
