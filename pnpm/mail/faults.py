"""Why a mail could not be sent."""

import enum

from .models import ERROR_LENGTH


class Fault(enum.Enum):
    """Why a mail could not be sent."""

    UNKNOWN_HOST = "unknown host"
    UNREACHABLE = "unreachable"
    SLOW = "slow"  # no answer in time
    BROKEN = "broken"  # the line broke, maybe after the mail was taken
    NO_TLS = "no tls"
    CERTIFICATE = "certificate"
    LOGIN = "login"
    SENDER = "sender"  # the server does not take mail from that address
    RECIPIENT = "recipient"  # nor for that one, and never will
    CONTENT = "content"  # nor this mail, and never will
    LATER = "later"  # the server says so
    TEXT = "text"  # the mail could not be written: no fault of the server's


# What another try does not help, and what concerns this mail alone.
FINAL = {Fault.RECIPIENT, Fault.CONTENT, Fault.TEXT}
OF_THE_MAIL = FINAL | {Fault.LATER}


class Failed(Exception):
    """A mail could not be sent: why (`fault`), and what the server said of it (`detail`)."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.value}: {detail}".rstrip(": ")[:ERROR_LENGTH])
        self.fault, self.detail = fault, detail

    @property
    def is_final(self) -> bool:
        """Whether another try does not help."""
        return self.fault in FINAL

    @property
    def is_of_the_server(self) -> bool:
        """Whether other mails would fail in the same way now."""
        return self.fault not in OF_THE_MAIL


def fault_of(error: str) -> tuple[Fault | None, str]:
    """Return the fault and what the server said, of an error as it is stored; no fault if only
    another version knows it.
    """
    name, _colon, detail = error.partition(": ")
    try:
        return Fault(name), detail
    except ValueError:
        return None, error
