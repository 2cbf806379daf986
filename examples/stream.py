"""Saves the images of a stream as they come. Needs nothing but Python."""

import base64
import json
import os
import uuid
from urllib.request import Request, urlopen

URL = os.environ.get("DARKROOM_URL", "http://127.0.0.1:8787")
KEY = os.environ.get("DARKROOM_KEY", "sk-bf-local")

fields = {"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk", "stream": True, "partial_images": 2}
request = Request(
    f"{URL}/v1/images/generations",
    data=json.dumps(fields).encode(),
    headers={
        "Authorization": f"Bearer {KEY}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    },
)
# A comment comes each 15 seconds where nothing else does: a stream that is silent for longer is broken.
with urlopen(request, timeout=60) as stream:
    for line in stream:
        if not line.startswith(b"data: "):
            continue
        event = json.loads(line[len(b"data: ") :])
        if event["type"] == "error":
            raise SystemExit(event["error"]["message"])
        is_last = event["type"].endswith(".completed")
        name = "stream.png" if is_last else f"stream-{event['partial_image_index'] + 1}.png"
        with open(name, "wb") as file:
            file.write(base64.b64decode(event["b64_json"]))
        print(f"{event['type']}: saved {name}")
