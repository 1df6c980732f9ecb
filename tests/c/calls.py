"""How to call each function of bankmeta.h so that it works, and how to make the handles it takes."""

import sys

from prototypes import TEXT, Function, Parameter, read

# Texts that make a call work, by the parameter's name; others are "x".
TEXTS = {
    "card_number": "CARD",
    "name": "NAME",
    "id_number": "ID_NUMBER",
    "mobile": "MOBILE",
    "key": '"name"',
    "value": '"cn-hongkong"',
    "body": r'"{\"Code\":\"200\",\"ResultObject\":{\"BizCode\":\"1\",\"SubCode\":\"101\"}}"',
}
TEXTS_OF_FUNCTION = {
    ("bankmeta_config_set", "key"): '"region"',
    ("bankmeta_config_get", "key"): '"region"',
    ("bankmeta_stats_get", "name"): '"answers"',
}
# Numbers that make a call work; others are 1.
NUMBERS = {"http_status": "200", "index": "0", "unix_seconds": "1700000000"}
# Parameters that are bytes, not texts: they may be long and need not be UTF-8.
BYTES = {"body", "headers"}
# Besides those of which the function's comment says "`x` may be NULL".
OPTIONAL = {("bankmeta_sign", "nonce"), ("bankmeta_decode", "headers"), ("bankmeta_decode", "body")}
# Functions that report what the caller found, so that they never return BANKMETA_OK.
NEVER_OK = {"bankmeta_not_answered"}
# Handles that need more than one call; the others are made as their functions show.
MAKERS = {
    "bankmeta_config": "return sandbox_config();",
    "bankmeta_client": "return sandbox_client();",
    "bankmeta_verification": """bankmeta_verification *made = bankmeta_verification_new();
    bankmeta_verification_set(made, "card_number", CARD, BANKMETA_NUL, NULL);
    bankmeta_verification_set(made, "name", NAME, BANKMETA_NUL, NULL);
    return made;""",
    "bankmeta_error": """bankmeta_error *made = NULL;
    bankmeta_config_set(NULL, "region", "x", &made);
    return made;""",
}
ERROR = "bankmeta_error **"

header = read()
functions = {function.name: function for function in header.functions}
owned = {handle for handle in header.handles if handle + "_free" in functions}


def handle_of(kind: str) -> str:
    plain = kind.removeprefix("const ").rstrip("* ")
    return plain if plain in header.handles else ""


def is_out(function: Function, parameter: Parameter) -> bool:
    return parameter.type.endswith("**") and not function.name.endswith("_free")


def length_of(function: Function, parameter: Parameter) -> str:
    """The name of the parameter that holds this one's length, if there is one."""
    name = parameter.name + "_length"
    return name if any(other.name == name for other in function.parameters) else ""


def is_optional(function: Function, parameter: Parameter) -> bool:
    documented = f"`{parameter.name}` may be NULL" in function.comment
    return documented or parameter.type in (ERROR, "void *") or (function.name, parameter.name) in OPTIONAL


def has_error(function: Function) -> bool:
    takes = any(parameter.type == ERROR for parameter in function.parameters)
    return takes and not function.name.endswith("_free")


def declared(function: Function, parameter: Parameter) -> tuple:
    """A variable for a parameter that makes the call work, and how it is passed."""
    kind, name = parameter
    handle = handle_of(kind)
    if kind in header.callbacks:
        return "", "callback_" + kind
    if kind == "void *":
        return f"int {name} = 0;", f"&{name}"
    if kind in TEXT:
        text = TEXTS_OF_FUNCTION.get((function.name, name), TEXTS.get(name, '"x"'))
        cast = "" if kind == "const char *" else f"({kind})"
        return f"const char *{name} = {text};", cast + name
    if kind == "const char *const *":
        return f"static const char *const {name}[] = {{\"x\", \"y\"}};", name
    if kind in header.numbers:
        if name.endswith("_length"):
            return "", f"strlen({name.removesuffix('_length')})"
        if name.endswith("count") and any(other.type.endswith("*const *") for other in function.parameters):
            return "", "2"
        return "", NUMBERS.get(name, "1")
    if handle and kind.endswith("**"):
        made = "make_" + handle + "()" if function.name.endswith("_free") else f"({handle} *)GARBAGE"
        return f"{handle} *{name} = {made};", f"&{name}"
    if handle:
        return f"{kind}{name} = keep_{handle}();", name
    if kind.endswith("*") and kind.count("*") == 1 and kind[:-2] in header.numbers:
        return f"{kind[:-2]} {name} = 0;", f"&{name}"
    if kind == "const char **":
        return f"const char *{name} = (const char *)GARBAGE;", f"&{name}"
    sys.exit(f"calls.py: teach me {function.name}'s parameter {name}, a {kind}")


def call(function: Function, changed: dict) -> tuple:
    """The variables, and the call with these parameters changed."""
    variables, arguments = [], []
    for parameter in function.parameters:
        variable, passed = declared(function, parameter)
        variables.append(variable)
        arguments.append(changed.get(parameter.name, passed))
        if variable and parameter.name in changed:
            variables.append(f"(void){parameter.name};")
    space = "" if function.result.endswith("*") else " "
    result = "" if function.result == "void" else f"{function.result}{space}result = "
    return [line for line in variables if line], f"{result}{function.name}({', '.join(arguments)});"


def makers() -> None:
    """For each handle that may be passed: make_T, which the caller frees, and keep_T, which the case does."""
    needed = {handle_of(p.type) for f in header.functions for p in f.parameters} - {""}
    order = [handle for handle in MAKERS if handle in needed]
    order += sorted(needed - set(MAKERS), key=lambda handle: (handle not in owned, handle))
    for handle in order:
        if handle in owned:
            print(f"static {handle} *kept_{handle}[8];\nstatic unsigned count_{handle};\n")
            body = MAKERS.get(handle) or derived_maker(handle)
            print(f"static {handle} *make_{handle}(void)\n{{\n    {body}\n}}\n")
            print(
                f"static {handle} *keep_{handle}(void)\n{{\n    {handle} *made = make_{handle}();\n"
                f"    CHECK(made != NULL);\n    kept_{handle}[count_{handle}++] = made;\n    return made;\n}}\n"
            )
        else:
            print(f"static const {handle} *keep_{handle}(void)\n{{\n    {borrowed(handle)}\n}}\n")
    loop = "while (count_{0} > 0) {0}_free(&kept_{0}[--count_{0}]);"
    frees = "\n    ".join(loop.format(handle) for handle in order if handle in owned)
    print(f"static void free_kept(void)\n{{\n    {frees}\n}}\n")


def derived_maker(handle: str) -> str:
    for function in header.functions:
        for parameter in function.parameters:
            if is_out(function, parameter) and handle_of(parameter.type) == handle:
                error = {p.name: "NULL" for p in function.parameters if p.type == ERROR}
                variables, made = call(function, error)
                variables = [v for v in variables if "bankmeta_error" not in v and "(void)" not in v]
                return "\n    ".join([*variables, made, "(void)result;", f"return {parameter.name};"])
    sys.exit(f"calls.py: teach me how to make a {handle}")


def borrowed(handle: str) -> str:
    for function in header.functions:
        if handle_of(function.result) == handle:
            variables, made = call(function, {})
            return "\n    ".join([*variables, made, "CHECK(result != NULL);", "return result;"])
    sys.exit(f"calls.py: teach me where a {handle} comes from")


def callbacks() -> None:
    for name, (result, parameters) in header.callbacks.items():
        names = [part.split()[-1].strip("*") for part in parameters.split(",") if part.strip() != "void"]
        unused = [f"(void){parameter};" for parameter in names]
        returned = "" if result == "void" else " return 0;"
        print(f"static {result} callback_{name}({parameters})\n{{\n    {' '.join(unused)}{returned}\n}}\n")
