#!/bin/sh
# Submits a job, asks for it until it has ended, and saves its image as asynchronous.png.
set -eu
: "${DARKROOM_URL:=http://127.0.0.1:8787}" "${DARKROOM_KEY:=sk-bf-local}"
authorization="Authorization: Bearer $DARKROOM_KEY"

# With the key of the submission, a retry finds the job of the first try: nothing is made or paid for twice.
job=$(curl -sS --fail --retry 3 "$DARKROOM_URL/v1/async/images/generations" \
  -H "$authorization" -H "Idempotency-Key: lighthouse-$(date +%s)-$$" \
  -d '{"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk", "size": "1536x1024"}' \
  -o /dev/null -w '%header{location}')

# 202: still open. The answer comes when the job has ended, or after 20 seconds.
until [ "$(curl -sS --fail --retry 3 "$job" -H "$authorization" -H 'Prefer: wait=20' \
  -o asynchronous.json -w '%{http_code}')" = 200 ]; do sleep 1; done

# A failed job is a 200 as well; it has no image.
url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' asynchronous.json)
[ -n "$url" ] || { cat asynchronous.json >&2; exit 1; }
curl -sSL --fail "$url" -o asynchronous.png
echo 'Saved asynchronous.png'
