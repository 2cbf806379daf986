#!/bin/sh
# Uploads a photograph of up to 50 MB straight to the storage, shows the progress, and edits it by its id.
set -eu
: "${DARKROOM_URL:=http://127.0.0.1:8787}" "${DARKROOM_KEY:=sk-bf-local}"
authorization="Authorization: Bearer $DARKROOM_KEY"
photograph=${1:-$(dirname "$0")/kodim03.png}
case $photograph in *.png) type=image/png ;; *.webp) type=image/webp ;; *) type=image/jpeg ;; esac
bytes=$(wc -c < "$photograph" | tr -d ' ')

curl -sS --fail "$DARKROOM_URL/v1/files" -H "$authorization" -o upload.json \
  -d "{\"filename\": \"photograph\", \"bytes\": $bytes, \"content_type\": \"$type\"}"
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" upload.json; }
id=$(sed -n 's/^{"id":"\([^"]*\)".*/\1/p' upload.json)
url=$(value url)

# All fields of the form as they are, the file last. No value has a comma or a quote in it.
set --
while IFS= read -r field; do
  set -- "$@" --form-string "$field"
done <<FIELDS
$(sed -n 's/.*"fields":{\([^}]*\)}.*/\1/p' upload.json | tr ',' '\n' | sed 's/^"\(.*\)":"\(.*\)"$/\1=\2/')
FIELDS
curl --fail --progress-bar "$url" "$@" -F "file=@$photograph" -o /dev/null

# The job has a copy of the file, which may be deleted from then on, or serve further jobs until it expires.
job=$(curl -sS --fail --retry 3 "$DARKROOM_URL/v1/async/images/edits" \
  -H "$authorization" -H "Idempotency-Key: upload-$(date +%s)-$$" \
  -d "{\"model\": \"openai/gpt-image-2\", \"prompt\": \"Make it dusk\", \"images\": [{\"file_id\": \"$id\"}]}" \
  -o /dev/null -w '%header{location}')
until [ "$(curl -sS --fail --retry 3 "$job" -H "$authorization" -H 'Prefer: wait=20' \
  -o upload.json -w '%{http_code}')" = 200 ]; do sleep 1; done

image=$(value url)
[ -n "$image" ] || { cat upload.json >&2; exit 1; }
curl -sSL --fail "$image" -o upload.png
echo 'Saved upload.png'
