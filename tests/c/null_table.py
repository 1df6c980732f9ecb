"""Writes a C program that misuses every function of bankmeta.h in every way that can be listed:

    null_table.py > table.c

NULL in each pointer position, wrong lengths, texts that are too long or not UTF-8, a second free,
and (with WITH_FAULTS, against a library that has them) a panic inside. Each case checks what the
header promises of it. A new function is covered as soon as it is in the header; if this program
cannot tell how to call it, or the call that should work does not, that is a failure.
"""

import itertools
import sys

from calls import (
    BYTES, ERROR, NEVER_OK, call, callbacks, handle_of, has_error, header, is_optional, is_out, length_of,
    makers, owned,
)
from prototypes import TEXT, Function

# What a question about nothing is answered with.
CAUTIOUS = {
    "bankmeta_status": "BANKMETA_NULL_POINTER",
    "bankmeta_verdict": "BANKMETA_VERDICT_UNKNOWN",
    "bankmeta_fate": "BANKMETA_FATE_UNKNOWN",
    "bankmeta_billed": "BANKMETA_BILLED_MAYBE",
    "bankmeta_phase": "BANKMETA_PHASE_UNKNOWN",
    "bankmeta_warning": "BANKMETA_WARNING_NONE",
    **dict.fromkeys(["int32_t", "uint32_t", "int64_t", "uint64_t", "size_t", "double"], "0"),
}
case_numbers = itertools.count()
case_names = []


def case(
    function: Function, what: str, changed: dict, checks: list, before: str = "", after: str = ""
) -> None:
    """Writes one case: the call with some parameters changed, and what is to be true after it."""
    variables, made = call(function, changed)
    # Declarations first, then statements.
    lines = [line for line in variables if not line.startswith("(void)")]
    voids = [line for line in variables if line.startswith("(void)")]
    if before:
        lines.append(before)
    lines.append(made)
    lines += voids
    if after:
        lines.append(after)
    if function.result == "const char *":
        lines.append("CHECK(result == NULL || strlen(result) < 100000);")
    elif function.result != "void":
        lines.append("(void)result;")
    lines += checks
    for parameter in function.parameters:
        handle = handle_of(parameter.type)
        if parameter.type.endswith("**") and handle in owned:
            lines.append(f"if ({parameter.name} != ({handle} *)GARBAGE) {handle}_free(&{parameter.name});")
    result = handle_of(function.result)
    if result in owned and not function.result.startswith("const"):
        lines.append(f"{result}_free(&result);")
    name = f"case_{next(case_numbers)}"
    case_names.append((name, f"{function.name}: {what}"))
    body = "\n    ".join(lines)
    print(f"/* {function.name}: {what} */\nstatic void {name}(void)\n{{\n    {body}\n}}\n")


def outs_are_null(function: Function, but: str = "") -> list:
    outs = [p for p in function.parameters if is_out(function, p) and p.type != ERROR]
    return [f"CHECK({p.name} == NULL);" for p in outs if p.name != but]


def status_is(function: Function, status: str, but: str = "", words: str = "") -> list:
    checks = [f"CHECK_STATUS({status}, result);", *outs_are_null(function, but)]
    if has_error(function):
        error = next(p.name for p in function.parameters if p.type == ERROR)
        checks.append(f"CHECK(bankmeta_error_status({error}) == {status});")
        if words:
            checks.append(f'CHECK(strstr(bankmeta_error_message({error}), "{words}") != NULL);')
    return checks


def is_question(function: Function) -> bool:
    """It has no way to say that it failed."""
    return not (function.result == "bankmeta_status" and has_error(function))


def works(function: Function) -> list:
    if is_question(function):
        return []
    compare = "!=" if function.name in NEVER_OK else "=="
    return [f"CHECK(result {compare} BANKMETA_OK);"]


def cautious(function: Function) -> list:
    if function.result == "void":
        return []
    if function.result.endswith("*"):
        return ["CHECK(result == NULL);"]
    if function.result not in CAUTIOUS:
        sys.exit(f"null_table.py: what is a cautious {function.result}, as {function.name} returns it?")
    return [f"CHECK(result == {CAUTIOUS[function.result]});"]


def cases_of_null(function: Function) -> None:
    for parameter in function.parameters:
        if not (parameter.is_pointer or parameter.type in header.callbacks):
            continue
        changed = {parameter.name: "NULL"}
        length = length_of(function, parameter)
        what = f"{parameter.name} is NULL"
        if is_optional(function, parameter) or parameter.type in header.callbacks:
            if is_question(function):
                checks = []
            elif parameter.type == ERROR:
                checks = works(function)
            else:
                checks = ["CHECK(result != BANKMETA_NULL_POINTER);"]
            case(function, what, changed, checks)
        elif is_question(function):
            case(function, what, changed, cautious(function))
        else:
            checks = status_is(function, "BANKMETA_NULL_POINTER", parameter.name, f"{parameter.name} is NULL")
            case(function, what, changed, checks)
            if length:
                case(function, what + ", with length 0", {**changed, length: "0"}, checks)


def cases_of_texts(function: Function) -> None:
    for parameter in function.parameters:
        if parameter.type not in TEXT:
            continue
        name, length = parameter.name, length_of(function, parameter)
        cast = "" if parameter.type == "const char *" else f"({parameter.type})"
        refused = [] if is_question(function) else ["CHECK(result != BANKMETA_OK);"]

        def expect(status: str) -> list:
            if is_question(function):
                return []
            return refused if name in BYTES else status_is(function, "BANKMETA_" + status)

        def text(what: str, pointer: str, size: str, checks: list) -> None:
            changed = {name: cast + pointer, length: size} if length else {name: cast + pointer}
            case(function, f"{name} is {what}", changed, checks)

        def expect_of_text(status: str) -> list:
            return [] if name in BYTES else expect(status)

        text("not UTF-8", '"\\xff\\xfe"', "2", expect_of_text("INVALID_UTF8"))
        text("empty", '""', "0", [])
        text("10 MB long", "long_text()", "BANKMETA_NUL", expect_of_text("INVALID_LENGTH"))
        if length:
            text("1 byte that no NUL follows", "one_byte()", "1", [])
            text("text with a NUL in it", '"a\\0b"', "3", [])
            text("shorter than its length of SIZE_MAX - 1", '"x"', "SIZE_MAX - 1", expect("INVALID_LENGTH"))
            text("65537 bytes long", "long_text()", "65537", expect_of_text("INVALID_LENGTH"))
    for parameter in function.parameters:
        if parameter.type == "size_t" and parameter.name.endswith("count"):
            checks = [] if is_question(function) else ["CHECK(result != BANKMETA_OK);"]
            case(function, f"{parameter.name} is SIZE_MAX - 1", {parameter.name: "SIZE_MAX - 1"}, checks)


def cases_of_numbers(function: Function) -> None:
    for parameter in function.parameters:
        if parameter.type in header.numbers and parameter.type != "size_t":
            for number in ["0", "-1", "INT32_MAX", "INT32_MIN"]:
                checks = ["CHECK(result != NULL);"] if function.name.endswith("_name") else []
                value = f"({parameter.type}){number}"
                case(function, f"{parameter.name} is {number}", {parameter.name: value}, checks)
        if parameter.type == "size_t" and parameter.name == "index":
            case(function, "index is SIZE_MAX", {"index": "SIZE_MAX"}, cautious(function))


def case_of_second_free(function: Function) -> None:
    if function.name.endswith("_free"):
        name = function.parameters[0].name
        null = f"CHECK({name} == NULL);"
        case(function, "twice", {}, [null, f"{function.name}(&{name});", null])


def case_of_panic(function: Function) -> None:
    if has_error(function):
        checks = status_is(function, "BANKMETA_INTERNAL")
    elif function.name.endswith("_new"):
        checks = ["CHECK(result == NULL);"]
    else:
        checks = []
    # Disarmed again, since what cannot panic has not taken it.
    after = "panic_is_due = bankmeta_test_panic(0);"
    if has_error(function) or function.name.endswith(("_new", "_free")):
        checks = ["CHECK(!panic_is_due);", *checks]
    print("#ifdef WITH_FAULTS")
    case(function, "panics", {}, checks, before="bankmeta_test_panic(1);", after=after)
    print("#endif\n")
    case_names[-1] = (case_names[-1][0], case_names[-1][1], "WITH_FAULTS")


PRELUDE = r"""/* Written by null_table.py. */
#include <bankmeta.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#ifdef WITH_FAULTS
int32_t bankmeta_test_panic(int32_t armed);
static int panic_is_due;
#endif

/* 10 MB and a NUL. */
static const char *long_text(void)
{
    static char *text;
    enum { SIZE = 10 * 1024 * 1024 };
    if (text == NULL) {
        text = (char *)malloc(SIZE + 1);
        memset(text, '7', SIZE);
        text[SIZE] = '\0';
    }
    return text;
}

/* A block of one byte, so that a second one read is found. */
static const char *one_byte(void)
{
    static char *byte;
    if (byte == NULL) {
        byte = (char *)malloc(1);
        *byte = '7';
    }
    return byte;
}
"""


def main() -> None:
    print(PRELUDE)
    callbacks()
    makers()
    for function in header.functions:
        case(function, "as it should be called", {}, works(function))
        cases_of_null(function)
        cases_of_texts(function)
        cases_of_numbers(function)
        case_of_second_free(function)
        case_of_panic(function)
    print("int main(void)\n{\n    setvbuf(stderr, NULL, _IONBF, 0);")
    for name, what, *condition in case_names:
        lines = f'    fputs("{what}\\n", stderr);\n    {name}();\n    free_kept();'
        print(f"#ifdef {condition[0]}\n{lines}\n#endif" if condition else lines)
    print("    return report();\n}")


main()
