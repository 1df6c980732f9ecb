"""Writes a C library that has the functions of a header, and nothing in them:

    abi_shim.py HEADER > shim.c

Its debug information is the ABI as C sees it. That of the real library would be the same in Rust's
words, which change with the compiler; that both are one is what the tests of bankmeta-ffi show.

A number of the header becomes a variable that has it in its name, so that changing a number
removes a symbol.
"""

import re
import sys
from pathlib import Path

from prototypes import read


def main(path: Path) -> None:
    print("#include <bankmeta.h>\n")
    text = path.read_text(encoding="utf-8")
    header = read(path)
    for kind, (result, parameters) in header.callbacks.items():
        if f"(*{kind})" not in text:
            print(f"typedef {result} (*{kind})({parameters});")
    for function in header.functions:
        parameters = ", ".join(f"{kind} {name}" for kind, name in function.parameters) or "void"
        unused = " ".join(f"(void){name};" for _, name in function.parameters)
        returned = "" if function.result == "void" else "return 0;"
        print(f"{function.result} {function.name}({parameters}) {{ {unused} {returned} }}")
    for name, number in re.findall(r"^#define (BANKMETA_\w+) (\d+)$", text, re.MULTILINE):
        if not name.startswith("BANKMETA_VERSION"):
            print(f"const char {name}_is_{number} = 0;")


main(Path(sys.argv[1]))
