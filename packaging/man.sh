#!/bin/bash
# Prints the man page of the command: what its --help says, as roff.
#
#     man.sh <the command bankmeta>
set -eu
bankmeta=$1

# Text for roff: no hyphen that may break a line, nothing that looks like a request.
escape() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e 's/…/.../g' -e "s/^\([.']\)/\\\\\&\1/"
}

# One help text: its headings, options with their meaning, indented examples, and sentences.
help_of() { # [subcommand]
    "$bankmeta" "$@" --help | sed -e '/^Exit codes:$/,$d' -e '/^Commands:$/,/^$/d' | escape | awk '
        /^Usage: / { next }
        /^[A-Z].*:$/ { sub(/:$/, ""); print ".SS " $0; next }
        /^ +\\-/ {
            sub(/^ +/, "")
            at = match($0, /   */)
            print ".TP\n.B " (at ? substr($0, 1, at - 1) : $0)
            if (at) print substr($0, at + RLENGTH)
            next
        }
        /^          / { sub(/^ +/, ""); print; next }
        /^  / { print ".nf\n" $0 "\n.fi"; next }
        /^$/ { print ".PP"; next }
        { print }'
}

exit_codes() {
    "$bankmeta" --help | sed '1,/^Exit codes:$/d' | escape | awk '{ print ".TP\n" $1; $1 = ""; sub(/^ /, ""); print }'
}

subcommands() {
    "$bankmeta" --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\) .*/\1/p' | grep -vx help
}

version=$("$bankmeta" --version)
printf '.TH BANKMETA 1 "" "%s"\n.nh\n.ad l\n.SH NAME\nbankmeta \\- %s\n.SH SYNOPSIS\n' "$version" \
    "$("$bankmeta" --help | head -1 | escape)"
for subcommand in $(subcommands); do
    "$bankmeta" "$subcommand" --help | sed -n 's/^Usage: //p' | escape | sed 's/.*/.B &\n.br/'
done
printf '.SH DESCRIPTION\n'
help_of
for subcommand in $(subcommands); do
    printf '.SH %s\n' "${subcommand^^}"
    help_of "$subcommand"
done
printf '.SH EXIT STATUS\n'
exit_codes
cat <<'END'
.SH ENVIRONMENT
.B ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN
.br
The access key; the token belongs to temporary credentials.
END
