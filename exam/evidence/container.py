"""Pure: a zip file in which every single byte is accounted for.

Any unzip program opens it, but it is written in one way only: no times, no extra fields, no comments, members one after
the other. Reading writes it again from what was read and compares, so that a change anywhere in the file is found, also
where a usual reader never looks. Deflated members carry slack that inflates to the same content; whoever writes a list
of members keeps the hash of the deflated bytes too (`Member.packed`).
"""

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
NEEDS, UTF8, DAY = 20, 0x0800, 0x0021
STORED, DEFLATED = 0, 8
LARGEST = 2**31 - 1
"""Bytes of a file, and of a member inflated."""
MOST = 200
"""Members."""


class Unreadable(ValueError):  # noqa: N818 -- the name is the sentence a reader sees
    """The bytes are no such file, or were altered outside its members' contents."""


@dataclass(frozen=True)
class Member:
    """One file inside: its name, how it lies there, and what it is inflated to."""

    name: str
    method: int
    lying: bytes
    size: int
    checksum: int

    @property
    def packed(self) -> str:
        """SHA-256 of the bytes as they lie in the file, in hexadecimal."""
        return hashlib.sha256(self.lying).hexdigest()

    def content(self) -> bytes:
        """Inflate it. Raises Unreadable when the bytes do not give what its header says."""
        if self.method == STORED:
            found = self.lying
        else:
            inflating = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                found = inflating.decompress(self.lying, self.size + 1)
            except zlib.error as error:
                raise Unreadable(f"{self.name}: {error}") from error
            if not inflating.eof or inflating.unused_data:
                raise Unreadable(f"{self.name}: ends elsewhere than it should")
        if len(found) != self.size or zlib.crc32(found) != self.checksum:
            raise Unreadable(f"{self.name}: does not give its checksum")
        return found


def deflated(name: str, content: bytes) -> Member:
    """A member to be written small."""
    packing = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    lying = packing.compress(content) + packing.flush()
    return Member(name, DEFLATED, lying, len(content), zlib.crc32(content))


def stored(name: str, content: bytes) -> Member:
    """A member to be written as it is: without slack."""
    return Member(name, STORED, content, len(content), zlib.crc32(content))


def write(members: Sequence[Member]) -> bytes:
    """The file. Raises ValueError when it would be too large for its plain headers."""
    parts: list[bytes] = []
    index: list[bytes] = []
    at = 0
    for each in members:
        name = each.name.encode()
        told = (each.method, 0, DAY, each.checksum, len(each.lying), each.size, len(name))
        piece = LOCAL.pack(LOCAL_MARK, NEEDS, UTF8, *told, 0) + name + each.lying
        index.append(CENTRAL.pack(CENTRAL_MARK, NEEDS, NEEDS, UTF8, *told, 0, 0, 0, 0, 0, at) + name)
        parts.append(piece)
        at += len(piece)
    listed = b"".join(index)
    if at + len(listed) > LARGEST or len(members) > MOST:
        raise ValueError("too large for one file")
    end = END.pack(END_MARK, 0, 0, len(members), len(members), len(listed), at, 0)
    return b"".join([*parts, listed, end])


def read(file: bytes) -> Mapping[str, Member]:
    """The members by name, in their order. Raises Unreadable unless `write` gives exactly these bytes again."""
    if len(file) > LARGEST:
        raise Unreadable("larger than such a file can be")
    members: dict[str, Member] = {}
    at = 0
    while file[at : at + 4] == LOCAL_MARK and len(members) <= MOST:
        member, at = _local(file, at)
        if member.name in members:
            raise Unreadable(f"{member.name} is there twice")
        members[member.name] = member
    if not members:
        raise Unreadable("not a package")
    if write(list(members.values())) != file:
        raise Unreadable("the file was altered outside its members")
    return members


def _local(file: bytes, at: int) -> tuple[Member, int]:
    """The member whose header begins at `at`, and where the next one begins."""
    begins = at + LOCAL.size
    if begins > len(file):
        raise Unreadable("the file ends too early")
    fields = LOCAL.unpack(file[at:begins])
    method, checksum, lying, size, length = fields[3], fields[6], fields[7], fields[8], fields[9]
    ends = begins + length + lying
    if method not in {STORED, DEFLATED} or ends > len(file) or size > LARGEST:
        raise Unreadable("a member's header was altered")
    try:
        name = file[begins : begins + length].decode()
    except UnicodeDecodeError as error:
        raise Unreadable("a member's name was altered") from error
    return Member(name, method, file[begins + length : ends], size, checksum), ends
