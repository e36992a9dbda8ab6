"""Pure: what a sender has to know of a channel, with its secrets out of sight."""

from dataclasses import dataclass, field
from email.utils import parseaddr

from exam.notices.flow import ChannelKind


@dataclass(frozen=True)
class Way:
    """A channel as it was when sending began. The secret and a robot's address are in no `repr`, so in no log."""

    channel_id: int
    kind: ChannelKind
    address: str = field(repr=False)
    username: str = ""
    secret: str = field(default="", repr=False)
    sender: str = ""

    @property
    def envelope(self) -> str:
        """The bare address in `sender`."""
        return parseaddr(self.sender)[1]

    def without_secrets(self, text: str) -> str:
        """`text` with everything secret blotted out, should the other side have repeated it."""
        hidden = [self.secret] if self.kind is ChannelKind.EMAIL else [self.secret, self.address]
        _, _, key = self.address.rpartition("=")
        for secret in (*hidden, key if self.kind is not ChannelKind.EMAIL else ""):
            if secret:
                text = text.replace(secret, "***")
        return text
