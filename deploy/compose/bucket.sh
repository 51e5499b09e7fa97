#!/bin/sh
# The bucket of the papers: `bucket.sh http://STORE:PORT/BUCKET`. One that is there already is left as it is.
set -eu
password=$(cat "${SECRETS:-/run/secrets}/bucket-operator")
status=$(printf 'user = "operator:%s"\n' "$password" | curl --config - --silent --show-error --output /dev/null \
    --write-out '%{http_code}' --max-time 20 --aws-sigv4 aws:amz:us-east-1:s3 --request PUT "$1")
case $status in
200 | 409) echo "the bucket is there" ;;
*)
    echo "PUT $1: $status" >&2
    exit 1
    ;;
esac
