"""Makes an image in one request, and makes that request again where its answer was late. Needs nothing but Python."""

import base64
import json
import os
import time
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

URL = os.environ.get("DARKROOM_URL", "http://127.0.0.1:8787")
KEY = os.environ.get("DARKROOM_KEY", "sk-bf-local")

fields = {"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk", "size": "1536x1024"}
request = Request(
    f"{URL}/v1/images/generations",
    data=json.dumps(fields).encode(),
    headers={
        "Authorization": f"Bearer {KEY}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    },
)


def result(tries: int = 3) -> dict:
    """The result. Past its time limit the answer is a 504, and the job goes on: with the same key it is found again."""
    try:
        with urlopen(request, timeout=300) as answer:
            return json.load(answer)
    except HTTPError as error:
        if error.code not in (503, 504) or tries == 1:
            raise SystemExit(json.load(error)["error"]["message"])
        time.sleep(float(error.headers.get("Retry-After", 1)))
    return result(tries - 1)


for number, image in enumerate(result()["data"], start=1):
    with open(f"synchronous-{number}.png", "wb") as file:
        file.write(base64.b64decode(image["b64_json"]))
    print(f"Saved synchronous-{number}.png")
