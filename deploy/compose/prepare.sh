#!/bin/sh
# Makes what compose.yaml reads from ./secrets and what never stands in an image or a repository: certificates, passwords,
# credentials. As root, so that each file goes to the account of its container:
#
#   deploy/compose/prepare.sh hub.example.cn          # the name officers reach the hub at
#   deploy/compose/prepare.sh hub.example.cn renew    # certificates again; running processes take them by themselves
#
# What is there stays: run again, it only adds what is missing. secrets/authority holds the keys of both authorities:
# take it off this machine once everything runs, and bring it back to renew.
set -eu
umask 077
host=${1:?give the name officers reach the hub at}
renew=${2:-}
program=${PROGRAM:-safeguard}
cd "$(dirname "$0")"
mkdir -p secrets/authority secrets/tls secrets/kurrentdb/ca backups journeys

hub=10001 kurrentdb=1000 store=1000 grafana=472 curl=100

# own ACCOUNT PATH...: gives files to an account of a container.
own() {
    account=$1
    shift
    if [ "$(id -u)" = 0 ]; then chown -R "$account:$account" "$@"; fi
}

# put FROM TO: in one step, so that a process never reads half a file.
put() {
    cp "$1" "$2.new"
    mv "$2.new" "$2"
}

# word FILE: a password, made once.
word() {
    [ -s "secrets/$1" ] || openssl rand -hex 24 >"secrets/$1"
    cat "secrets/$1"
}

# role NAME HOST...: the certificate of a process of the hub, in a folder of its own.
role() {
    name=$1 folder=secrets/tls/$1
    shift
    [ -s "$folder/cert.pem" ] && [ "$renew" != renew ] && return 0
    mkdir -p "$folder"
    hosts=
    for each in "$@" localhost; do hosts="$hosts --host $each"; done
    # shellcheck disable=SC2086
    "$program" tls make secrets/authority --role "$name" $hosts >/dev/null
    put "secrets/authority/role-$name.pem" "$folder/cert.pem"
    put "secrets/authority/role-$name.key" "$folder/key.pem"
    put secrets/authority/ca.pem "$folder/ca.pem"
    [ -e "$folder/revoked" ] || : >"$folder/revoked"
    own "$hub" "$folder"
}

# node NAME: the certificate of a node of the cluster, which also calls the other nodes.
node() {
    folder=secrets/kurrentdb/$1
    [ -s "$folder/node.crt" ] && [ "$renew" != renew ] && return 0
    mkdir -p "$folder"
    openssl req -newkey rsa:3072 -nodes -keyout "$folder/key.new" -out "$folder/node.csr" \
        -subj /CN=eventstoredb-node 2>/dev/null
    printf '%s\n' "subjectAltName=DNS:$1,DNS:localhost,IP:127.0.0.1" \
        keyUsage=critical,digitalSignature,keyEncipherment extendedKeyUsage=serverAuth,clientAuth >"$folder/node.ext"
    openssl x509 -req -in "$folder/node.csr" -CA secrets/authority/kurrentdb.crt -CAkey secrets/authority/kurrentdb.key \
        -days 397 -extfile "$folder/node.ext" -out "$folder/crt.new" 2>/dev/null
    mv "$folder/key.new" "$folder/node.key"
    mv "$folder/crt.new" "$folder/node.crt"
    rm "$folder/node.csr" "$folder/node.ext"
    own "$kurrentdb" "$folder"
}

role keys keys
for part in directory education police fire streams; do role "$part" "$part-1" "$part-2"; done
role front "$host" front
mkdir -p secrets/tls/probes
put secrets/authority/ca.pem secrets/tls/probes/ca.pem

[ -s secrets/authority/kurrentdb.key ] || openssl req -x509 -newkey rsa:3072 -nodes -days 3650 \
    -subj "/CN=Safeguard KurrentDB authority" -keyout secrets/authority/kurrentdb.key \
    -out secrets/authority/kurrentdb.crt 2>/dev/null
put secrets/authority/kurrentdb.crt secrets/kurrentdb/ca/ca.crt
for each in kurrentdb-1 kurrentdb-2 kurrentdb-3; do node "$each"; done
# Whoever calls the cluster believes this authority; it is no secret.
put secrets/authority/kurrentdb.crt secrets/tls/probes/kurrentdb.crt
chmod 755 secrets secrets/tls secrets/tls/probes secrets/kurrentdb secrets/kurrentdb/ca
chmod 644 secrets/kurrentdb/ca/ca.crt secrets/tls/probes/*

admin=$(word kurrentdb-admin) ops=$(word kurrentdb-ops) account=$(word kurrentdb-hub)
printf 'KURRENTDB_DEFAULT_ADMIN_PASSWORD=%s\nKURRENTDB_DEFAULT_OPS_PASSWORD=%s\n' "$admin" "$ops" >secrets/kurrentdb.env
printf 'safeguard:%s\n' "$account" >secrets/kurrentdb-credentials
own "$curl" secrets/kurrentdb-admin secrets/kurrentdb-hub
own "$hub" secrets/kurrentdb-credentials

key=$(word bucket-key) operator=$(word bucket-operator)
printf 'AWS_ACCESS_KEY_ID=safeguard\nAWS_SECRET_ACCESS_KEY=%s\n' "$key" >secrets/bucket.env
cat >secrets/bucket-identities.json <<END
{ "identities": [
  { "name": "operator", "credentials": [{ "accessKey": "operator", "secretKey": "$operator" }], "actions": ["Admin"] },
  { "name": "safeguard", "credentials": [{ "accessKey": "safeguard", "secretKey": "$key" }],
    "actions": ["Read:safeguard", "Write:safeguard", "List:safeguard"] } ] }
END
own "$hub" secrets/bucket.env
own "$store" secrets/bucket-identities.json
own "$curl" secrets/bucket-operator

[ -s secrets/master-key ] || openssl rand -hex 32 >secrets/master-key
# The collector runs under the same number as the hub.
own "$hub" backups journeys secrets/master-key
_=$(word grafana)
own "$grafana" secrets/grafana
