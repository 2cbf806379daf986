#!/bin/sh
# Edits a photograph inside a mask, in one request, and saves the image as synchronous.png.
set -eu
: "${DARKROOM_URL:=http://127.0.0.1:8787}" "${DARKROOM_KEY:=sk-bf-local}"
here=$(dirname "$0")

# Past its time limit the answer is a 504, and the job goes on: the retry with the same key gets its result.
curl -sS --fail-with-body --retry 3 --max-time 300 "$DARKROOM_URL/v1/images/edits" \
  -H "Authorization: Bearer $DARKROOM_KEY" -H "Idempotency-Key: latte-$(date +%s)-$$" \
  -F model=openai/gpt-image-2 -F prompt='Latte art of a fern' -F response_format=url \
  -F "image[]=@$here/coffee.png" -F "image[]=@$here/chelsea.png" -F "mask=@$here/coffee-mask.png" \
  -o synchronous.json
curl -sSL --fail "$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' synchronous.json)" -o synchronous.png
echo 'Saved synchronous.png'
