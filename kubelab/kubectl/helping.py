"""The help: of a verb, of a group of verbs, of all; and what was probably meant by a verb that does not exist."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from kubelab.kubectl.flags import Flag
from kubelab.kubectl.verbs import Verb, verbs


def of_verb(verb: Verb) -> str:
    """How a verb is used."""
    lines = [
        f"{verb.meaning[0].upper()}{verb.meaning[1:]}.",
        "",
        "Usage:",
        f"  kubectl {verb.name} {verb.usage}".rstrip(),
    ]
    if verb.aliases:
        lines += ["", f"Also: {', '.join(verb.aliases)}"]
    if verb.flags:
        lines += ["", "Options:", *_flags(verb.flags)]
    return "\n".join([*lines, "", "Every command also takes -n NAMESPACE, --as USER and --as-group GROUP.", ""])


def _flags(flags: Sequence[Flag]) -> list[str]:
    wide = min(34, max(len(flag.usage) for flag in flags))
    lines = []
    for flag in flags:
        if len(flag.usage) > wide:
            lines += [f"  {flag.usage}", f"  {'':{wide}}  {flag.meaning}"]
        else:
            lines.append(f"  {flag.usage:<{wide}}  {flag.meaning}")
    return lines


def about(words: Sequence[str]) -> tuple[str, str, int]:
    """What there is to say where a line has no whole verb: output, errors, exit code."""
    known = verbs()
    name = " ".join(words)
    if name in known:
        return of_verb(known[name]), "", 0
    if name and not any(each.startswith(f"{name} ") for each in known):
        return "", f"error: {unknown(name, known)}\n", 1
    return overview(name), "", 1 if name else 0


def overview(lead: str = "") -> str:
    """All verbs, or those that begin with some words."""
    found = [v for v in verbs().values() if not lead or v.name.startswith(f"{lead} ")]
    rows = [(verb.name, verb.meaning) for verb in found]
    wide = max(len(name) for name, _ in rows)
    title = f"kubectl {lead} COMMAND" if lead else "kubectl COMMAND"
    lines = [title, "", *(f"  {name:<{wide}}  {meaning}" for name, meaning in rows)]
    lines += ["", "kubectl COMMAND --help tells more about one of them.", ""]
    return "\n".join(lines)


def unknown(word: str, known: Iterable[str]) -> str:
    """What kubectl says of a verb that does not exist."""
    firsts = list(dict.fromkeys(name.partition(" ")[0] for name in known))
    near = get_close_matches(word.lower(), firsts, n=3, cutoff=0.6)
    near += [name for name in firsts if name.startswith(word.lower()) and name not in near]
    hint = "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in near) if near else ""
    return f'unknown command "{word}" for "kubectl"{hint}'
