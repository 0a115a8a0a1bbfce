# SPDX-License-Identifier: Apache-2.0
# Sourced: `files PATTERN ...` lists our files of these names, committed or new, but nothing that was built.
files() {
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
            [ -f "$file" ] && echo "$file"
        done
    else
        for pattern in "$@"; do
            find . -path ./build -prune -o -path ./out -prune -o -type f -path "./$pattern" -print
        done | sed 's,^\./,,'
    fi | sort -u
}
