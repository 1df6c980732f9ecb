#!/bin/bash
# Makes a static library whose only global symbols are the functions of bankmeta.h, so that it
# can be linked into a program next to another static Rust library:
#
#     one-object.sh <libbankmeta.a of cargo> <new libbankmeta.a>
set -eu

from=$1
to=$2
symbols=$(dirname "$0")/../bankmeta-ffi/symbols.txt
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
# Its name stands in the library, so it is always the same.
object=$directory/bankmeta.o

# One object of all that the functions need; groups are dissolved, because a local symbol in a
# group that the linker drops as a duplicate would be missing.
sed 's/^/--undefined=/' "$symbols" \
    | xargs "${LD:-ld}" --relocatable --gc-sections --force-group-allocation -o "$object" "$from"
"${OBJCOPY:-objcopy}" --strip-debug --keep-global-symbols="$symbols" "$object"
rm -f "$to"
"${AR:-ar}" rcsD "$to" "$object"
