//! Makes a call of every function of `bankmeta.h`, so that no new function is forgotten. What
//! cannot be read ends the build.

use std::fmt::Write as _;
use std::{env, fs};

const HEADER: &str = "../include/bankmeta.h";

fn main() {
    println!("cargo::rerun-if-changed={HEADER}");
    let header = without_comments(&fs::read_to_string(HEADER).expect("the header"));
    let callbacks = callbacks(&header);
    let mut externs = String::new();
    let mut arms = String::new();
    let mut frees = String::new();
    let mut count = 0;
    for declaration in declarations(&header) {
        let (externed, arm) = call(&declaration, count, &callbacks);
        externs.push_str(&externed);
        arms.push_str(&arm);
        frees.push_str(&free(&declaration));
        count += 1;
    }
    assert!(count > 30, "found only {count} functions in the header");
    let code = format!(
        "unsafe extern \"C\" {{\n{externs}}}\n\
         const CALLS: usize = {count};\n\
         /// Calls the function with this number.\n\
         fn call(number: usize, hand: &mut Hand<'_>) {{\nmatch number {{\n{arms}_ => {{}}\n}}\n}}\n\
         /// Frees a handle of this type.\n\
         fn free(kind: &str, handle: &mut *mut c_void) {{\n\
         let variable = ptr::from_mut(handle).cast();\nmatch kind {{\n{frees}\
         _ => panic!(\"{{kind}} has no _free\"),\n}}\n\
         assert!(handle.is_null(), \"{{kind}} was freed and its variable is not NULL\");\n}}\n"
    );
    let out = std::path::Path::new(&env::var_os("OUT_DIR").expect("set by cargo")).join("calls.rs");
    fs::write(out, code).expect("the calls can be written");
}

fn without_comments(header: &str) -> String {
    let header = header.replace("\\\n", " ");
    let mut code = String::new();
    let mut rest = header.as_str();
    while let Some((before, after)) = rest.split_once("/*") {
        code.push_str(before);
        rest = after.split_once("*/").expect("a comment ends").1;
    }
    code.push_str(rest);
    code.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// `typedef void (*name)(...)`: types that are pointers to functions of the caller.
fn callbacks(code: &str) -> Vec<String> {
    let names = code.split(';').filter(|piece| piece.trim_start().starts_with("typedef"));
    names.filter_map(|piece| Some(piece.split_once("(*")?.1.split_once(')')?.0.trim().to_owned())).collect()
}

/// Everything with parentheses that ends with a semicolon and is no typedef, on one line.
fn declarations(code: &str) -> Vec<String> {
    code.split(';')
        .map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" "))
        .map(|piece| piece.trim_start_matches("extern \"C\" { ").to_owned())
        .filter(|piece| piece.contains('(') && !piece.starts_with("typedef"))
        .map(|piece| without_inline_callbacks(&piece))
        .collect()
}

/// A pointer to a function without a name of its own becomes a `void *`.
fn without_inline_callbacks(declaration: &str) -> String {
    let mut declaration = declaration.to_owned();
    while let Some(at) = declaration.find("(*") {
        let start = declaration[..at].rfind([',', '(']).expect("it is a parameter") + 1;
        let name_end = at + declaration[at..].find(')').expect("its name ends");
        let end = name_end + 1 + declaration[name_end + 1..].find(')').expect("its parameters end");
        let name = declaration[at + 2..name_end].to_owned();
        declaration.replace_range(start..=end, &format!(" void *{name}"));
    }
    declaration
}

fn call(declaration: &str, number: usize, callbacks: &[String]) -> (String, String) {
    let (head, parameters) = declaration.split_once('(').expect("filtered for it");
    let parameters = parameters.strip_suffix(')').unwrap_or_else(|| panic!("not a prototype: {declaration}"));
    let (result, name) = typed(head);
    let returned = if result == "void" { String::new() } else { format!(" -> {}", foreign(&result)) };
    let parameters: Vec<(String, String)> =
        if parameters == "void" { Vec::new() } else { parameters.split(',').map(typed).collect() };

    let mut arguments = String::new();
    let mut foreign_parameters = String::new();
    let mut passed = String::new();
    for (index, (kind, parameter)) in parameters.iter().enumerate() {
        let value = value(kind, parameter, &parameters, &name, callbacks);
        let _ = writeln!(arguments, "let a{index} = {value};");
        let ty = if callbacks.contains(kind) { "*const c_void" } else { foreign(kind) };
        let _ = write!(foreign_parameters, "a{index}: {ty}, ");
        let _ = write!(passed, "a{index}, ");
    }
    let externed = format!("fn {name}({foreign_parameters}){returned};\n");
    let kept = if result == "void" { "" } else { "let result = " };
    let call = format!(
        "// SAFETY: what `Hand` gives keeps the promises of the header.\n\
         {kept}unsafe {{ {name}({passed}) }};\n"
    );
    let used = match result.as_str() {
        "void" => String::new(),
        lent if lent.starts_with("const bankmeta_") => {
            format!("hand.lend({:?}, result);", plain(lent))
        }
        "const char *" => "hand.read(result);".to_owned(),
        owned if owned.ends_with('*') && !owned.starts_with("const") => {
            format!("hand.keep({:?}, result);", plain(owned))
        }
        _ => "let _ = result;".to_owned(),
    };
    let only_reads = |kind: &str| !kind.ends_with('*') || kind.starts_with("const ") && !kind.ends_with("**");
    let changes = !parameters.iter().all(|(kind, _)| only_reads(kind)) || !only_reads(&result);
    (
        externed,
        format!("{number} => {{\nhand.begin({changes});\n{arguments}{call}{used}\nhand.end({name:?});\n}}\n"),
    )
}

/// The arm of `free` for a function `T_free`.
fn free(declaration: &str) -> String {
    let name = declaration.split('(').next().map(typed).map_or_else(String::new, |(_, name)| name);
    name.strip_suffix("_free").map_or_else(String::new, |kind| {
        format!("// SAFETY: a variable that holds a handle of this type or NULL.\n{kind:?} => unsafe {{ {name}(variable) }},\n")
    })
}

/// Type and name; the stars belong to the type.
fn typed(text: &str) -> (String, String) {
    let text = text.trim();
    let at = text.rfind([' ', '*']).unwrap_or_else(|| panic!("no type and name: {text}")) + 1;
    (text[..at].trim().to_owned(), text[at..].to_owned())
}

fn foreign(kind: &str) -> &'static str {
    match kind {
        "size_t" => "usize",
        "int64_t" => "i64",
        "uint64_t" => "u64",
        "uint32_t" => "u32",
        "double" => "f64",
        pointer if pointer.ends_with('*') => "*mut c_void",
        number if number == "int32_t" || number.starts_with("bankmeta_") => "i32",
        _ => panic!("a type that is new here: {kind}"),
    }
}

/// What is passed for a parameter.
fn value(kind: &str, name: &str, all: &[(String, String)], function: &str, callbacks: &[String]) -> String {
    let has_length = |of: &str| all.iter().any(|(_, other)| *other == format!("{of}_length"));
    if callbacks.iter().any(|callback| callback == kind) {
        return "std::ptr::null()".to_owned();
    }
    match kind {
        "const char *" | "const uint8_t *" | "const unsigned char *" if has_length(name) => {
            "hand.counted()".to_owned()
        }
        "const char *" => format!("hand.text({name:?})"),
        "size_t" if name.ends_with("_length") => "hand.length()".to_owned(),
        "size_t" if name.ends_with("count") => "hand.array_count()".to_owned(),
        "const char *const *" => "hand.array()".to_owned(),
        "size_t" => "hand.number() as usize".to_owned(),
        "int64_t" => "hand.number()".to_owned(),
        "int32_t" => "hand.number() as i32".to_owned(),
        "uint64_t" => "hand.number() as u64".to_owned(),
        "uint32_t" => "hand.number() as u32".to_owned(),
        "double" => "hand.number() as f64".to_owned(),
        "void *" => "std::ptr::null_mut()".to_owned(),
        "int32_t *" | "size_t *" | "int64_t *" | "uint64_t *" | "const char **" => {
            "hand.scalar_out()".to_owned()
        }
        _ => handle(kind, function),
    }
}

fn plain(kind: &str) -> &str {
    kind.trim_start_matches("const ").trim_end_matches([' ', '*'])
}

fn handle(kind: &str, function: &str) -> String {
    let plain = plain(kind);
    if !plain.starts_with("bankmeta_") {
        panic!("a type that is new here: {kind}");
    }
    match kind.matches('*').count() {
        0 => "hand.number() as i32".to_owned(),
        1 => format!("hand.handle({plain:?})"),
        2 if function.ends_with("_free") => format!("hand.variable({plain:?})"),
        2 => format!("hand.out({plain:?})"),
        _ => panic!("a type that is new here: {kind}"),
    }
}
