#!/bin/sh
# Saves the images of a stream as they come: partial images as stream-1.png and stream-2.png, the finished one as stream.png.
set -eu
: "${DARKROOM_URL:=http://127.0.0.1:8787}" "${DARKROOM_KEY:=sk-bf-local}"

# -N: curl hands on each event as it comes.
curl -sSN --fail-with-body "$DARKROOM_URL/v1/images/generations" \
  -H "Authorization: Bearer $DARKROOM_KEY" -H "Idempotency-Key: stream-$(date +%s)-$$" \
  -d '{"model": "openai/gpt-image-2", "prompt": "a lighthouse at dusk", "stream": true, "partial_images": 2}' |
  awk '
    /^event: / { event = $2 }
    /^data: / {
      if (event == "error") { print; failed = 1; exit }
      if (!match($0, /"b64_json":"[A-Za-z0-9+\/=]*"/)) next
      file = event ~ /completed$/ ? "stream.png" : "stream-" ++count ".png"
      decode = "base64 -d > " file
      print substr($0, RSTART + 12, RLENGTH - 13) | decode
      close(decode)
      print event, "saved", file
      if (event ~ /completed$/) completed = 1
    }
    END { exit failed || !completed }'
