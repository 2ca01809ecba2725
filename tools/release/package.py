#!/usr/bin/env python3
"""Writes an archive: tools/release/package.py ARCHIVE FOLDER PATH...

ARCHIVE ends with .tar.gz or .zip. The files are in FOLDER inside the archive, or at its top level if FOLDER is `.`, each
under its file name; a folder is added under its name, with everything in it. The same files always give the same
archive: members are sorted, times are SOURCE_DATE_EPOCH or 1980, owners are omitted, and the mode only distinguishes
executables.
"""

import gzip
import io
import os
import sys
import tarfile
import time
import zipfile
from pathlib import Path

# The earliest time that a zip archive can express.
EPOCH_OF_ZIP = 315532800


def main(arguments):
    if len(arguments) < 3:
        sys.exit("usage: tools/release/package.py ARCHIVE FOLDER PATH...")
    archive, folder, *paths = arguments
    moment = max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), EPOCH_OF_ZIP)
    members = {}
    for path in map(Path, paths):
        for file in files(path):
            name = Path(folder, file.relative_to(path.parent)).as_posix()
            if name in members:
                sys.exit(f"duplicate name in the archive: {name}")
            members[name] = (file.read_bytes(), 0o755 if os.access(file, os.X_OK) else 0o644)
    if archive.endswith(".tar.gz"):
        write_tar(archive, members, moment)
    elif archive.endswith(".zip"):
        write_zip(archive, members, moment)
    else:
        sys.exit(f"{archive}: unknown archive type, expected .tar.gz or .zip")


def files(path):
    """Returns the path if it is a file, else the files in it and its subfolders."""
    if not path.is_dir():
        return [path]
    inside = sorted(path.rglob("*"))
    for entry in inside:
        if entry.is_symlink():
            sys.exit(f"{entry} is a symbolic link")
    return [entry for entry in inside if entry.is_file()]


def write_tar(archive, members, moment):
    with (
        open(archive, "wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, (content, mode) in sorted(members.items()):
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = len(content), mode, moment
            tar.addfile(info, io.BytesIO(content))


def write_zip(archive, members, moment):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, (content, mode) in sorted(members.items()):
            info = zipfile.ZipInfo(name, time.gmtime(moment)[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            # Created on Unix, on any system: Lambda uses the mode.
            info.create_system = 3
            info.external_attr = (0o100000 | mode) << 16
            packed.writestr(info, content)


if __name__ == "__main__":
    main(sys.argv[1:])
