"""The table of kubectl's verbs: how each is written, its flags, and what carries it out.

The same table reads the command line, writes the help, completes (Tab), and makes the reference page.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import attrs

from kubelab.kubectl.flags import Flag

if TYPE_CHECKING:
    from kubelab.kubectl.call import Call

Carrier = Callable[["Call"], None]
AnyCarrier = TypeVar("AnyCarrier", bound=Carrier)


Flags: TypeAlias = "Flag | Sequence[Flags]"
"""A flag, or a group of them."""


@attrs.frozen
class Verb:
    """One verb.

    Attributes:
        name: as it is written: ``get``, ``rollout status``.
        usage: how its words go on.
        meaning: what it does, in one line.
        flags: its own flags; `GLOBAL` comes with every verb.
        carry_out: what carries it out.
        aliases: other names.
        required: flags that have to be given.
    """

    name: str
    usage: str
    meaning: str
    flags: tuple[Flag, ...]
    carry_out: Carrier
    aliases: tuple[str, ...] = ()
    required: tuple[str, ...] = ()

    @property
    def all_flags(self) -> tuple[Flag, ...]:
        """Its flags and those of every verb; its own go first (``create rolebinding --user``)."""
        own = {flag.name for flag in self.flags}
        return (*self.flags, *(flag for flag in GLOBAL if flag.name not in own))


_VERBS: dict[str, Verb] = {}

MODULES = (
    "get",
    "describe",
    "creating",
    "generators.workloads",
    "generators.network",
    "generators.config",
    "generators.access",
    "running_pods",
    "applying",
    "comparing",
    "patching",
    "deleting",
    "scaling",
    "settings",
    "rollout",
    "labelling",
    "nodes",
    "waiting",
    "eventing",
    "containers",
    "measuring",
    "rights",
    "certifying",
    "explaining",
    "discovery",
    "kubeconfig",
)
"""The modules whose verbs there are, in the order of the help; importing them makes them known."""

NOT_HERE = {
    "alpha": "kubectl's experiments",
    "attach": "a simulated container has no terminal; kubectl logs shows what it wrote",
    "completion": "a notebook completes with Tab",
    "cp": "a simulated container has no files of its own",
    "debug": "a simulated container cannot be looked into; kubectl describe and %kube explain tell about it",
    "kustomize": "kustomization files are not read",
    "options": "kubectl VERB --help lists them",
    "plugin": "there are no plugins",
    "port-forward": "no port of this machine leads into the simulation; %kube trace follows a packet to a Service",
    "proxy": "no port of this machine leads into the simulation",
}
"""Verbs of the real kubectl that are not here, and why."""


def verb(
    name: str,
    usage: str,
    meaning: str,
    *flags: "Flags",
    aliases: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
) -> Callable[[AnyCarrier], AnyCarrier]:
    """Make a function the verb `name`; flags may be given in groups."""
    flat = tuple(_flat(flags))

    def made(carrier: AnyCarrier) -> AnyCarrier:
        _VERBS[name] = Verb(name, usage, meaning, flat, carrier, aliases, required)
        return carrier

    return made


def _flat(flags: "Flags") -> Iterator[Flag]:
    if isinstance(flags, Flag):
        yield flags
    else:
        for each in flags:
            yield from _flat(each)


def verbs() -> dict[str, Verb]:
    """All verbs by their names."""
    for module in MODULES:
        import_module(f"kubelab.kubectl.{module}")
    return _VERBS


# Flags that several verbs have

GLOBAL = (
    Flag("namespace", "the Namespace that is meant", "NAME", "n"),
    Flag("as", "act as this user, or system:serviceaccount:NAMESPACE:NAME", "USER"),
    Flag("as-group", "act as a member of this group", "GROUP", kind="array"),
    Flag("as-uid", "act with this uid; without effect here", "UID"),
    Flag("context", "the context to use; here there is only one", "NAME"),
    Flag("cluster", "the cluster of the kubeconfig to use; here there is only one", "NAME"),
    Flag("user", "the user of the kubeconfig to use; here there is only one", "NAME"),
    Flag("kubeconfig", "a kubeconfig file; not read here", "FILE"),
    Flag("server", "the address of an API server; without effect here", "ADDRESS", "s"),
    Flag("token", "a bearer token; without effect here", "TOKEN"),
    Flag("request-timeout", "how long to wait for an answer; without effect here", "TIME", default="0"),
    Flag("v", "how much the real one would log; without effect here", "LEVEL", "v", default="0"),
    Flag("help", "show how the verb is used", short="h"),
)
"""The flags of every verb."""

FILES = (
    Flag("filename", "manifests: a file, a folder, or - for the cell's body", "FILE", "f", kind="list"),
    Flag("recursive", "also what is in the folders of a folder", short="R"),
    Flag("kustomize", "a kustomization; not read here", "FOLDER", "k"),
)
SELECTOR = Flag("selector", "only objects with these labels: app=web,tier!=db", "LABELS", "l")
FIELD_SELECTOR = Flag("field-selector", "only objects with these fields: status.phase=Running", "FIELDS")
ALL_NAMESPACES = Flag("all-namespaces", "in all Namespaces", short="A")
ALL = Flag("all", "all objects of the kind in the Namespace")
DRY_RUN = Flag(
    "dry-run", "only say what would be done: none, client or server", "HOW", default="none", bare="unchanged"
)
FORMS = "name, yaml, json, jsonpath=..., go-template=..."
OUTPUT = (
    Flag("output", f"how to print: {FORMS}", "FORM", "o"),
    Flag("template", "the template of -o go-template, -o jsonpath or -o jsonpath-as-json", "TEXT"),
    Flag("allow-missing-template-keys", "without effect here: fields that are not there print nothing", default=True),
    Flag("show-managed-fields", "also the managedFields"),
)
MANAGER = Flag("field-manager", "who is noted in managedFields", "NAME", default="")
VALIDATE = Flag("validate", "strict, warn or ignore", "HOW", default="strict", bare="strict")
SAVE = Flag("save-config", "keep the manifest in the annotation of kubectl apply")
