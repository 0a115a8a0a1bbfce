# SPDX-License-Identifier: Apache-2.0
# Sourced first: $pring, $source, an empty scratch folder to stand in, and what all tests say and ask.
pring=$(realpath "$1")
source=$3
rm -rf "$2" && mkdir -p "$2" && cd "$2" || exit 1
bad=0
complain() {
    echo "FAILED: $1"
    bad=1
}

# answers CODE COMMAND...: runs it; its exit code must be CODE. Output in ./said, messages in ./err.
answers() {
    wanted=$1
    shift
    "$@" >said 2>err </dev/null
    code=$?
    [ $code = "$wanted" ] || { complain "$* : exit $code, not $wanted"; cat said err | tail -20; }
}

# says FILE TEXT: a line of FILE contains TEXT.
says() {
    grep -qF -- "$2" "$1" || { complain "'$2' is not in $1:"; tail -20 "$1"; }
}

# await COMMAND...: until it succeeds, a minute at most. Only for what another process is about to do.
await() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        sleep 0.1
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { complain "waited in vain: $*"; return 1; }
    done
}
