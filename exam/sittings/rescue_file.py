"""Pure: the inside of a rescue file (decision 33): what a page could not send, chained so that nothing can be altered.

    {"format": "rescue/1", "attempt", "paper_hash", "device", "tab", "made_ms", "sure", "seal", "operations", "chain"}

Each operation is the text of a JSON object. `chain` is hexadecimal: h = seal; for each text h = SHA-512(h + LF + text).
"""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exam.sittings.revisions import SaveOperation
from exam.sittings.seals import LONGEST
from question_bank.errors import N_, DomainError

MOST = 1000
"""Operations in one file, at most."""


class BadRescueFile(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The file is no rescue file, was altered, or belongs to another paper."""


class RescueFile(BaseModel):
    """What the file says before its operations are read.

    `sure`: whether the page had compared its clock with the server's since the device last slept.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal["rescue/1"]
    attempt: Annotated[str, Field(max_length=36)]
    paper_hash: Annotated[str, Field(max_length=64)]
    device: Annotated[str, Field(max_length=40)] = ""
    tab: Annotated[str, Field(max_length=40)] = ""
    made_ms: Annotated[int, Field(ge=0, le=2**53)]
    sure: bool = False
    seal: Annotated[str, Field(max_length=LONGEST)] = ""
    operations: Annotated[list[str], Field(min_length=1, max_length=MOST)]
    chain: Annotated[str, Field(max_length=128)]


def read(opened: bytes) -> tuple[RescueFile, list[SaveOperation]]:
    """The file and its operations. Raises BadRescueFile for anything that is not as its page wrote it."""
    try:
        found = RescueFile.model_validate_json(opened)
    except ValidationError as error:
        raise BadRescueFile(N_("This is not a rescue file.")) from error
    if found.chain != chain_of(found.seal, found.operations):
        raise BadRescueFile(N_("The rescue file was altered: its answers do not fit its seal."))
    try:
        return found, [_operation(text) for text in found.operations]
    except (ValidationError, ValueError) as error:
        raise BadRescueFile(N_("This is not a rescue file.")) from error


def chain_of(seal: str, operations: list[str]) -> str:
    """The chain over some operations as they stand."""
    link = seal
    for text in operations:
        link = hashlib.sha512(f"{link}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
    return link


def _operation(text: str) -> SaveOperation:
    told: Any = json.loads(text)
    plain = {name: value for name, value in told.items() if name != "after"} if isinstance(told, dict) else told
    return SaveOperation.model_validate(plain)
