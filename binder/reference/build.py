#!/usr/bin/env python3
"""Write the reference, from nothing but the package itself, and build it as a site.

    python3 run.py site [FOLDER]        the lessons, and below `reference` this

The language comes from the grammar and its vocabulary, kinds and fields from the models, commands and verbs from the
tables that carry them out, components from their own docstrings: so none of it can be out of date. Sphinx makes pages.
"""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import kubelab.api
from kubelab import Cluster, __version__
from kubelab.api import meanings
from kubelab.api.scheme import KINDS
from kubelab.api.shape import Field, fields, is_kind
from kubelab.components import CONTROL_PLANE
from kubelab.dsl import vocabulary
from kubelab.kubectl.verbs import GLOBAL, NOT_HERE, verbs
from kubelab.notebook import commands
from kubelab.notebook.magics import OPTIONS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

CONF = f"""
project = "kubelab"
release = {__version__!r}
extensions = ["myst_parser"]
html_theme = "alabaster"
html_theme_options = {{"description": "A Kubernetes cluster you can step through", "page_width": "1100px"}}
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]
"""

INDEX = """# kubelab: the reference

What there is, made from the package itself. To learn, open the <a href="../lab/index.html">lessons</a>.

```{toctree}
:maxdepth: 1

language
kinds
fields
commands
kubectl
components
python
```
"""


def main(arguments: list[str]) -> int:
    """Build the reference into a folder; the exit code."""
    target = Path(arguments[0] if arguments else "site/reference").resolve()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        for name, text in pages():
            (source / name).write_text(text, encoding="utf-8")
        (source / "conf.py").write_text(CONF)
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(target)], check=False
        )
    shutil.rmtree(target / ".doctrees", ignore_errors=True)
    return done.returncode


def pages() -> Iterator[tuple[str, str]]:
    """Every page: the name of its file, and its text."""
    yield "index.md", INDEX
    yield "language.md", language()
    yield "kinds.md", kinds()
    yield (
        "fields.md",
        "# Fields\n\nThe structures that objects are made of.\n\n```{toctree}\n:maxdepth: 1\n\n"
        + "\n".join(page_of(module) for module in modules())
        + "\n```\n",
    )
    for module, models in modules().items():
        yield f"{page_of(module)}.md", structures(module, models)
    yield "commands.md", magics()
    yield "kubectl.md", kubectl()
    yield "components.md", components()
    yield "python.md", (HERE / "python.md").read_text() + python()


def language() -> str:
    """The language on two pages, its words, and the grammar itself."""
    rows = "\n".join(
        f"| `{entry.word}` | {cell(entry.meaning)} | `{cell(entry.example)}` |"
        for entry in vocabulary.entries().values()
    )
    short = ", ".join(f"`{short}` is `{word}`" for short, word in sorted(vocabulary.ABBREVIATIONS.items()))
    readme = (ROOT / "grammar" / "README.md").read_text().replace("```kube", "```text")
    grammar = (ROOT / "grammar" / "kube.lark").read_text()
    return (
        f"{readme}\n## Every word\n\n| word | meaning | such as |\n|---|---|---|\n{rows}\n\n{short}.\n\n"
        f"## The grammar\n\n````text\n{grammar}````\n"
    )


def kinds() -> str:
    """Every kind: its names, what it means, and whether something acts on it."""
    text = "# Kinds\n\n"
    for kind in KINDS:
        text += f"## {kind.kind}\n\n{meanings.of(kind)}\n\n"
        words = ", ".join(f"`{word}`" for word in (kind.plural, kind.singular, *kind.short_names))
        where = "in a namespace" if kind.namespaced else "of the whole cluster"
        acts = "" if kind.simulated else " **Nothing here acts on it:** it is stored and given back."
        text += f"`{kind.api_version}`, {where}; for kubectl: {words}. Its fields: {link(kind.model)}.{acts}\n\n"
    return text


def modules() -> dict[str, list[type[Any]]]:
    """The models by the modules in which they are."""
    found: dict[str, list[type[Any]]] = {}
    for info in walk_packages(kubelab.api.__path__, "kubelab.api."):
        if any(part in info.name for part in (".validation", ".defaults", ".openapi", ".expectation")):
            continue
        module = import_module(info.name)
        own = [value for value in vars(module).values() if is_model(value) and value.__module__ == info.name]
        if own:
            found[info.name] = own
    return found


def is_model(value: Any) -> bool:
    """Whether something is the model of a structure of the API."""
    if not isinstance(value, type) or not hasattr(value, "__attrs_attrs__"):
        return False
    try:
        return bool(fields(value)) and (is_kind(value) or bool(meanings.of_model(value)))
    except (TypeError, AttributeError, KeyError):
        return False


def page_of(module: str) -> str:
    """The name of the page of a module."""
    return "fields-" + module.removeprefix("kubelab.api.").replace(".", "-").replace("_", "-")


def link(model: type[Any]) -> str:
    """A link to the structure of a model."""
    return f"[{model.__name__}]({page_of(model.__module__)}.md#{model.__name__.lower()})"


def structures(module: str, models: list[type[Any]]) -> str:
    """Every structure of a module, a row for each field."""
    title = page_of(module).removeprefix("fields-").replace("-", " ")
    text = f"# {title}\n\n"
    for model in models:
        text += (
            f"## {model.__name__}\n\n{prose(meanings.of_model(model))}\n\n| field | holds | meaning |\n|---|---|---|\n"
        )
        for name, field in fields(model).items():
            text += f"| `{name}` | {holds(field)} | {cell(meanings.of_field(model, name))}{notes(field)} |\n"
        text += "\n"
    return text


def holds(field: Field) -> str:
    """What a field holds, with a link where it is a structure that has a section."""
    model = field.shape.structure
    if model is None or not is_model(model):
        return str(field.shape)
    return str(field.shape).replace(model.__name__, link(model))


def notes(field: Field) -> str:
    """What else there is to say about a field."""
    choice = f" One of {', '.join(f'`{value}`' for value in field.values)}." if field.values else ""
    return choice + (" *No effect here.*" if field.inert else "")


def magics() -> str:
    """The magics: every option, every command."""
    commands.load()
    options = "\n".join(f"| `{option.usage}` | {cell(option.meaning)} |" for option in OPTIONS)
    text = "# In a notebook\n\n## %%kube\n\nApplies the cell, and shows the Player.\n\n| option | |\n|---|---|\n"
    text += f"{options}\n\n"
    for module, title in commands.GROUPS.items():
        text += f"## %kube: {title}\n\n| command | |\n|---|---|\n"
        for found in commands.COMMANDS.values():
            if found.carry_out.__module__.endswith(f".{module}"):
                text += f"| `%kube {cell(f'{found.name} {found.usage}'.strip())}` | {cell(found.meaning)} |\n"
        text += "\n"
    lessons = (ROOT / "notebooks" / "README.md").read_text()
    return (
        text
        + "## Predictions and exercises\n\n"
        + re.sub(r"^#", "##", lessons[lessons.index("## `%%predict`") :], flags=re.M)
    )


def kubectl() -> str:
    """Every verb of kubectl with its flags, and those that are not here."""
    text = "# kubectl\n\n`%kubectl …`, a line `kubectl …`, or `kubelab kubectl …`: with no server and no binary.\n\n"
    for verb in verbs().values():
        text += f"## kubectl {verb.name}\n\n{prose(verb.meaning)}\n\n```text\nkubectl {verb.name} {verb.usage}\n```\n\n"
        if verb.flags:
            rows = "\n".join(f"| `{cell(flag.usage)}` | {cell(flag.meaning)} |" for flag in verb.flags)
            text += f"| flag | |\n|---|---|\n{rows}\n\n"
    rows = "\n".join(f"| `{cell(flag.usage)}` | {cell(flag.meaning)} |" for flag in GLOBAL)
    missing = "\n".join(f"| `{verb}` | {cell(why)} |" for verb, why in NOT_HERE.items())
    text += f"## Flags of every verb\n\n| flag | |\n|---|---|\n{rows}\n\n"
    return f"{text}## What is not here\n\n| verb | why |\n|---|---|\n{missing}\n"


def components() -> str:
    """Every component in its own words."""
    text = "# Components\n\nEach in the words of its own module: what it is in Kubernetes, what is simplified here.\n\n"
    for component in CONTROL_PLANE:
        module = inspect.getmodule(type(component))
        package = import_module(type(component).__module__.rpartition(".")[0])
        said = inspect.getdoc(module) or ""
        if "In Kubernetes" not in said and package.__name__ != "kubelab.components":
            said = inspect.getdoc(package) or said
        text += f"## {component.name}\n\n`{type(component).__module__}`\n\n{prose(said)}\n\n"
    return text


def python() -> str:
    """What a Cluster can do, method by method."""
    text = "\n## Cluster\n\n"
    for name, value in sorted(inspect.getmembers(Cluster)):
        if name.startswith("_"):
            continue
        target = value.fget if isinstance(value, property) else value
        if not callable(target) or not inspect.getdoc(target):
            continue
        signature = (
            "" if isinstance(value, property) else re.sub(r"\(self(, )?", "(", str(inspect.signature(target)), count=1)
        )
        text += f"### {name}\n\n```python\n{name}{signature}\n```\n\n```text\n{inspect.getdoc(target)}\n```\n\n"
    return text


def cell(text: str) -> str:
    """A text that may stand in a cell of a table."""
    return prose(text).replace("|", "\\|").replace("\n", " ")


def prose(text: str) -> str:
    """A docstring as Markdown."""
    # Between backticks a `<` is itself; elsewhere it would begin a tag.
    shown = text if "`" in text else text.replace("<", "&lt;")
    return re.sub(r"``([^`]*)``", r"`\1`", shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
