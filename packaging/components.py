"""What is linked into the binaries: every crate, its version, licence and checksum.

    components.py sbom       a CycloneDX 1.5 document
    components.py licences   the licence texts that the crates bring along

Both are read from `cargo metadata`, so they cannot differ from what was built.
SOURCE_DATE_EPOCH gives the time.
"""

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

# What is distributed. Only what these link counts: no tool that helps to build or test.
ROOTS = ("bankmeta-capi", "bankmeta-cli", "bankmeta-python")
TARGET = "x86_64-unknown-linux-gnu"


def linked_packages():
    """Packages by id, with the ids each one links; and the ids of the roots."""
    text = subprocess.check_output(
        ["cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={TARGET}"]
    )
    metadata = json.loads(text)
    packages = {package["id"]: package for package in metadata["packages"]}
    linked = {
        node["id"]: sorted(
            dep["pkg"] for dep in node["deps"]
            if any(kind["kind"] is None for kind in dep["dep_kinds"]) and not is_macro(packages[dep["pkg"]])
        )
        for node in metadata["resolve"]["nodes"]
    }
    roots = [package["id"] for package in packages.values() if package["name"] in ROOTS]
    reached, waiting = set(), list(roots)
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(linked[current])
    order = sorted(reached, key=lambda one: (packages[one]["name"], packages[one]["version"]))
    return {one: (packages[one], linked[one]) for one in order}, roots


def is_macro(package):
    return any("proc-macro" in target["kind"] for target in package["targets"])


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, checksums):
    entry = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
        # Old manifests separate alternatives with a slash.
        "licenses": [{"expression": package["license"].replace("/", " OR ")}],
    }
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return entry


def sbom():
    packages, roots = linked_packages()
    entry = r'^name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"$'
    lock = Path("Cargo.lock").read_text(encoding="utf-8")
    checksums = {(name, version): checksum for name, version, checksum in re.findall(entry, lock, re.M)}
    version = packages[roots[0]][0]["version"]
    made = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc)
    whole = f"pkg:generic/bankmeta@{version}"
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": whole, "name": "bankmeta", "version": version},
        },
        "components": [component(package, checksums) for package, _ in packages.values()],
        "dependencies": [{"ref": whole, "dependsOn": sorted(purl(packages[one][0]) for one in roots)}]
        + [
            {"ref": purl(package), "dependsOn": [purl(packages[one][0]) for one in needs]}
            for package, needs in packages.values()
        ],
    }
    print(json.dumps(document, indent=2))


def licences():
    packages, _ = linked_packages()
    first = {}  # who brought a text first: most bring the same ones
    print("The binaries of bankmeta contain the following Rust crates, and Rust's standard library")
    print("(MIT OR Apache-2.0, https://www.rust-lang.org). Their licence texts, as they bring them:")
    for package, _ in packages.values():
        if package["source"] is None:
            continue  # our own
        print(f"\n{'=' * 80}\n{package['name']} {package['version']}: {package['license']}")
        files = sorted(Path(package["manifest_path"]).parent.iterdir())
        texts = [one for one in files if one.is_file() and is_licence(one.name)]
        for one in texts:
            text = one.read_text(encoding="utf-8").strip()
            name = f"{one.name} of {package['name']} {package['version']}"
            print(f"\n--- the same text as {first[text]}" if text in first else f"\n--- {name}\n\n{text}")
            first.setdefault(text, name)
        if not texts:
            print(f"\n(brings no text; see {package['repository']})")


def is_licence(name):
    return name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"))


if __name__ == "__main__":
    {"sbom": sbom, "licences": licences}[sys.argv[1]]()
