#!/bin/sh
# Uploads a photograph of up to 50 MB straight to the storage, shows the progress, and edits it by its id.
set -eu
: "${DARKROOM_URL:=http://127.0.0.1:8787}" "${DARKROOM_KEY:=sk-bf-local}"
authorization="Authorization: Bearer $DARKROOM_KEY"
photograph=${1:-$(dirname "$0")/kodim03.png}
case $photograph in *.png) type=image/png ;; *.webp) type=image/webp ;; *) type=image/jpeg ;; esac
bytes=$(wc -c < "$photograph") || exit 1

# Private and removed at the end, since it holds the form, by which anyone could upload.
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
trap 'exit 1' HUP INT TERM
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$answer"; }
# Prints what the gateway or the storage says of a failed request.
fail() { cat "$answer" >&2; echo >&2; exit 1; }

curl -sS --fail-with-body "$DARKROOM_URL/v1/files" -H "$authorization" -o "$answer" \
  -d "{\"filename\": \"photograph\", \"bytes\": $((bytes)), \"content_type\": \"$type\"}" || fail
id=$(sed -n 's/^{"id":"\([^"]*\)".*/\1/p' "$answer")
url=$(value url)

# All fields of the form as they are, the file last. No value has a comma or a quote in it.
set --
while IFS= read -r field; do
  set -- "$@" --form-string "$field"
done <<FIELDS
$(sed -n 's/.*"fields":{\([^}]*\)}.*/\1/p' "$answer" | tr ',' '\n' | sed 's/^"\(.*\)":"\(.*\)"$/\1=\2/')
FIELDS
# curl reads the path in quotes, so that it may have commas and semicolons; a quote or a backslash in it is escaped.
path=$(printf '%s' "$photograph" | sed 's/[\\"]/\\&/g')
curl --fail-with-body --progress-bar "$url" "$@" -F "file=@\"$path\";filename=photograph" -o "$answer" || fail

# The job has a copy of the file, which may be deleted from then on, or serve further jobs until it expires.
job=$(curl -sS --fail-with-body --retry 3 "$DARKROOM_URL/v1/async/images/edits" \
  -H "$authorization" -H "Idempotency-Key: upload-$(date +%s)-$$" \
  -d "{\"model\": \"openai/gpt-image-2\", \"prompt\": \"Make it dusk\", \"images\": [{\"file_id\": \"$id\"}]}" \
  -o "$answer" -w '%header{location}') || fail
while :; do
  status=$(curl -sS --fail-with-body --retry 3 "$job" -H "$authorization" -H 'Prefer: wait=20' \
    -o "$answer" -w '%{http_code}') || fail
  [ "$status" = 202 ] || break
  sleep 1
done

image=$(value url)
[ -n "$image" ] || fail
curl -sSL --fail "$image" -o upload.png
echo 'Saved upload.png'
