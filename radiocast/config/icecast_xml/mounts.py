"""`<mount>`: which one is meant, and what the default mount gives the others. Pure.

2.4.4 merges the mount of `type="default"` into the others, whatever its documentation
says: everything but `<authentication>`; and a 0 does not undo the default mount's 1.
So does `[mount]` with `[mounts]`, where a 0 is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from radiocast.config.fields import SettingError, path_of_mount
from radiocast.config.icecast_xml.draft import Draft
from radiocast.config.icecast_xml.mount import MOUNT, MOUNT_NAME
from radiocast.config.icecast_xml.tree import Element
from radiocast.config.icecast_xml.values import Section
from radiocast.config.keys import Path

DEFAULT_TYPE = "default"
COMMON: Path = ("mount",)
"""The table of the default mount."""


def is_default(element: Element) -> bool:
    """Whether a mount is the one that gives the others what they do not say."""
    return element.attributes.get("type") == DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class _Mount(Section):
    """Finds out which mount is meant before the rest is read."""

    def __call__(self, draft: Draft, base: Path, element: Element) -> None:
        table = _common(draft, element) if is_default(element) else _own(draft, element)
        if table:
            Section.__call__(self, draft, table, element)
            if table != COMMON:
                _merge(draft, table, element)


def _common(draft: Draft, element: Element) -> Path:
    """The table of the default mount; empty: none."""
    if _name(element):
        # 2.4.4 takes the name for a pattern, and warns that this "is not supported".
        draft.warn(element, "cannot be honoured: a default for some mounts only")
    elif draft.default_mount is None:
        draft.default_mount = element
        return COMMON
    else:
        draft.warn(element, "is left out: there is another default, which Icecast takes, too")
    return ()


def _own(draft: Draft, element: Element) -> Path:
    """The table of a mount; empty: none."""
    name = _name(element)
    problem = _problem(draft, element, name)
    if problem:
        draft.warn(element, f"is left out: {problem}")
        return ()
    draft.open(("mounts", name), element)
    return ("mounts", name)


def _problem(draft: Draft, element: Element, name: str) -> str:
    """Why a mount means nothing; empty: it means something."""
    if element.attributes.get("type", "normal") != "normal":
        return "its type is neither normal nor default"
    if not name:
        return f"it has no <{MOUNT_NAME}>"
    if any(character in "*?[" for character in name):
        return f"{name[:80]!r} is a pattern, and mounts have names"
    if draft.get(("mounts", name)) is not None:
        return f"{name[:80]} is there already, and the first one counts, in Icecast, too"
    try:
        path_of_mount(name)
    except SettingError as exc:
        return f"{name[:80]!r}: {exc.problem}"
    return ""


def _name(element: Element) -> str:
    names = [child.text for child in element.named(MOUNT_NAME) if child.text]
    return names[-1] if names else ""


def _merge(draft: Draft, table: Path, element: Element) -> None:
    """What `[mounts]` does not inherit from `[mount]` as 2.4.4's mounts do from its default."""
    own, common = draft.get(table), draft.get(COMMON, {})
    if "headers" in own and "headers" in common:
        draft.put((*table, "headers"), own["headers"] + common["headers"], element)
    if "auth" in common and "auth" not in own:
        draft.note(element, "the default's <authentication> does not count here, as in Icecast")
        draft.put((*table, "auth"), "", element)


MOUNTS = _Mount(MOUNT)
