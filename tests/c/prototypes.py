"""Reads the prototypes of bankmeta.h. What it cannot read is an error, never left out."""

import re
from pathlib import Path
from typing import NamedTuple

HEADER = Path(__file__).parents[2] / "include" / "bankmeta.h"
NUMBERS = {"int32_t", "uint32_t", "int64_t", "uint64_t", "size_t", "double"}
TEXT = {"const char *", "const uint8_t *", "const unsigned char *"}


class Parameter(NamedTuple):
    type: str  # as in C, one space before the stars
    name: str

    @property
    def is_pointer(self) -> bool:
        return self.type.endswith("*")


class Function(NamedTuple):
    result: str
    name: str
    parameters: list
    comment: str


class Header(NamedTuple):
    functions: list
    handles: set  # opaque types
    numbers: set  # typedefs of numbers, and the plain ones
    callbacks: dict  # typedef of a pointer to a function -> (result, parameters as in C)


def read(path: Path = HEADER) -> Header:
    source = path.read_text(encoding="utf-8").replace("\\\n", " ")
    code = "\n".join(line for line in source.splitlines() if not line.startswith("#"))
    code = re.sub(r'extern "C" \{', "", code)
    handles = set(re.findall(r"typedef struct (\w+) \1;", code))
    numbers = NUMBERS | set(re.findall(r"typedef u?int\d+_t (\w+);", code))
    callbacks = {
        name: (result.strip(), parameters)
        for result, name, parameters in re.findall(r"typedef ([\w \*]+?)\(\*(\w+)\)\s*\(([^)]*)\);", code)
    }
    header = Header([], handles, numbers, callbacks)
    comment = ""
    for piece in re.split(r"(/\*.*?\*/)", code, flags=re.DOTALL):
        if piece.startswith("/*"):
            comment = piece
            continue
        for statement in re.sub(r"//[^\n]*|[{}]", "", piece).split(";")[:-1]:
            statement = " ".join(statement.split())
            if not statement.startswith("typedef"):
                header.functions.append(function(statement, comment, header))
            comment = ""
    symbols = (HEADER.parents[1] / "crates/bankmeta-ffi/symbols.txt").read_text().split()
    found = sorted(f.name for f in header.functions)
    if path == HEADER and found != symbols:
        raise ValueError(f"read other functions than symbols.txt lists: {sorted(set(found) ^ set(symbols))}")
    return header


def function(statement: str, comment: str, header: Header) -> Function:
    match = re.fullmatch(r"([\w \*]+?)\((.*)\)", statement)
    if not match:
        raise ValueError(f"not a prototype: {statement}")
    result, name = typed(match[1])
    # A pointer to a function without a name of its own gets one.
    inline = re.compile(r"([\w \*]+?)\s*\(\*(\w+)\)\(([^)]*)\)")
    parameters = match[2]
    while found := inline.search(parameters):
        kind = f"{name}_{found[2]}"
        header.callbacks[kind] = (found[1].strip(), found[3])
        parameters = parameters[: found.start()] + f"{kind} {found[2]}" + parameters[found.end() :]
    listed = [] if parameters == "void" else [Parameter(*typed(text)) for text in parameters.split(",")]
    for kind in [result] * (result != "void") + [parameter.type for parameter in listed]:
        check(kind, statement, header)
    return Function(result, name, listed, " ".join(comment.replace("*", " ").split()))


def typed(text: str) -> tuple:
    match = re.fullmatch(r"(.*?[ \*])(\w+)", text.strip())
    if not match:
        raise ValueError(f"no type and name: {text}")
    return re.sub(r"\s*(\*+)$", r" \1", match[1].strip()), match[2]


def check(kind: str, statement: str, header: Header) -> None:
    plain = kind.removeprefix("const ").rstrip("* ")
    known = header.handles | header.numbers | set(header.callbacks) | {"char", "uint8_t", "unsigned char", "void"}
    if plain.removesuffix(" *const") not in known:
        raise ValueError(f"a type that is new here, {kind}, in: {statement}")
