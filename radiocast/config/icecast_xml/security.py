"""`<security>`: who the process is. Pure."""

from __future__ import annotations

from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import Section, meaningless, taken, text, truth
from radiocast.config.keys import Path


def settle_chroot(draft: Draft, base: Path, root: Element) -> None:
    """`<chroot>` is a yes or no; the directory is the `<basedir>` of `<paths>`."""
    asked = [each for section in root.named("security") for each in section.named("chroot")]
    wanted = [each for each in asked if truth(draft, each)]
    said = [each for paths in root.named("paths") for each in paths.named("basedir") if each.text]
    if wanted and said:
        draft.put(("process", "chroot"), said[-1].text, said[-1])
    elif wanted:
        draft.refuse(wanted[-1], "there is no directory for it", "<paths> needs a <basedir>")


SECURITY = Section(
    {
        "chroot": taken,
        "changeowner": Section(
            {"user": text("process", "user"), "group": text("process", "group")}
        ),
        # 2.5
        "tls-context": Section(
            {
                "tls-certificate": text("tls", "certificate"),
                "tls-key": text("tls", "key"),
                "tls-allowed-ciphers": text("tls", "ciphers"),
            }
        ),
        "prng-seed": meaningless("the system has enough of chance"),
    }
)
