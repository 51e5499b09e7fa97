#!/bin/sh
# The hub's own account in a KurrentDB cluster, and who may do what: `account.sh https://NODE:2113`. Repeating it changes
# nothing but brings the rights back to what stands here. The administrator's password comes from a file and is
# never on a command line.
set -eu
node=$1
secrets=${SECRETS:-/run/secrets}
authority=${AUTHORITY:-$secrets/kurrentdb-authority}
admin=$(cat "$secrets/kurrentdb-admin")
password=$(cat "$secrets/kurrentdb-hub")

umask 077
cd "$(mktemp -d)"
printf 'user = "admin:%s"\n' "$admin" >as-admin

# ask WANTED METHOD PATH [CURL...]: sends standard input and expects one of the statuses.
ask() {
    wanted=$1 method=$2 path=$3
    shift 3
    cat >body
    status=$(curl --config as-admin --silent --show-error --output answer --write-out '%{http_code}' \
        --cacert "$authority" --max-time 20 --location-trusted --request "$method" \
        --header 'Accept: application/json' --header 'Content-Type: application/json' --data-binary @body "$@" "$node$path")
    case " $wanted " in
    *" $status "*) ;;
    *)
        echo "$method $path: $status, wanted one of $wanted" >&2
        exit 1
        ;;
    esac
}

# Every event needs an id of its own.
id() { cat /proc/sys/kernel/random/uuid; }

# The account. One that is there already keeps its password.
printf '{"loginName":"safeguard","fullName":"Safeguard hub","groups":[],"password":"%s"}' "$password" |
    ask "201 409" POST /users

# Streams of the hub: read and appended by the hub alone, deleted and given other rights by administrators alone. System
# streams stay the administrators'.
printf '%s' '{"$userStreamAcl":{"$r":"safeguard","$w":"safeguard","$d":"$admins","$mr":"$admins","$mw":"$admins"},
"$systemStreamAcl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}' |
    ask 201 POST /streams/%24settings --header "ES-EventType: update-default-acl" --header "ES-EventId: $(id)"

# The feed of the log, which puts its events into one order: the hub reads it, the projection writes it.
printf '%s' '{"$acl":{"$r":["safeguard","$admins"],"$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}' |
    ask 201 POST /streams/%24ce-safeguard/metadata --header "ES-EventId: $(id)"
echo "the account safeguard and its rights are in place"
