"""Runs every listing of README.md against a sandbox: each must print the verdict.

    readme.py --python PATH     (a Python that has the wheel installed)
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", "target")).resolve()
BUILD = Path("build/readme").resolve()
LINK = ["-Lbuild/lib", "-lbankmeta", f"-Wl,-rpath,{Path('build/lib').resolve()}"]
FLAGS = ["-Wall", "-Wextra", "-Werror", "-Iinclude"]
MANIFEST = """
[package]
name = "readme"
version = "0.0.0"
edition = "2024"
[[bin]]
name = "readme"
path = "main.rs"
[dependencies]
bankmeta = {{ path = "{path}" }}
[workspace]
"""


def listings():
    text = Path("README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^```(rust|c|cpp|python|sh)\n(.*?)^```$", text, re.M | re.S))


def command_of(language, source, python):
    """Builds the listing where that is needed; the command that runs it."""
    if language == "rust":
        crate = BUILD / "rust"
        crate.mkdir(exist_ok=True)
        (crate / "main.rs").write_text(source, encoding="utf-8")
        (crate / "Cargo.toml").write_text(MANIFEST.format(path=Path("crates/bankmeta").resolve()))
        (crate / "Cargo.lock").write_text(Path("Cargo.lock").read_text())
        return ["cargo", "run", "--quiet", "--manifest-path", str(crate / "Cargo.toml"), "--target-dir", str(TARGET)]
    path = BUILD / f"listing.{language}"
    path.write_text(source, encoding="utf-8")
    if language in ("c", "cpp"):
        compiler = ["cc", "-std=c99"] if language == "c" else ["c++", "-std=c++11"]
        program = str(BUILD / f"listing_{language}")
        subprocess.run([*compiler, *FLAGS, str(path), "-o", program, *LINK], check=True)
        return [program]
    return [python if language == "python" else "sh", str(path)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", required=True)
    python = parser.parse_args().python
    BUILD.mkdir(parents=True, exist_ok=True)
    sandbox = subprocess.Popen(
        [str(TARGET / "release" / "bankmeta"), "sandbox", "--exit-with-stdin"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )
    ready = json.loads(sandbox.stdout.readline())
    environment = {
        **os.environ,
        "PATH": f"{TARGET}/release:{os.environ['PATH']}",
        "BANKMETA_ENDPOINT": ready["endpoint"],
        "BANKMETA_CA_FILE": ready["ca_file"],
        "ALIBABA_CLOUD_ACCESS_KEY_ID": ready["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ready["access_key_secret"],
    }
    failed, found = 0, listings()
    for language in ("rust", "c", "cpp", "python", "sh"):
        command = command_of(language, found[language], python)
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")
        good = done.returncode == 0 and "match" in done.stdout and "billed" in done.stdout
        if not good:
            failed += 1
            print(f"FAILED {language}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    sandbox.stdin.close()
    sandbox.wait()
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
