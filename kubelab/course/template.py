"""What a new lesson begins with; how it is meant to be filled is told in notebooks/README.md.

Every cell runs as it is, so that a lesson can be tried at any time while it is written.
"""

Cell = tuple[str, str, str]
"""A cell: its id, ``markdown`` or ``code``, and what stands in it."""

CELLS: tuple[Cell, ...] = (
    (
        "title",
        "markdown",
        """
# TITLE

*A question that somebody could really have, in two or three sentences. It is answered at the end.*

About twenty minutes. Two sentences: what you will do, and what you will have understood then.
""",
    ),
    ("load", "code", "%load_ext kubelab"),
    (
        "start",
        "code",
        """
%%kube --run
deployment web x2 nginx:1.27 { port 80 }

service web -> deployment web port 80
""",
    ),
    (
        "seen",
        "markdown",
        """
What the picture shows, and the first real word: a **Service** (one address that stays, for Pods that come and go).

## What happens when …
""",
    ),
    (
        "predict-delete",
        "code",
        """
%%predict
You delete one of the two Pods. How many are there in the end?

do: delete one pod app=web

( ) One.
    1 pod app=web
( ) Two.
    2 pods app=web

why: Somebody counts them, all the time.
""",
    ),
    ("delete", "code", "%kube delete one pod app=web"),
    ("delete-player", "code", "%kube player"),
    (
        "delete-explained",
        "markdown",
        """
Step through it, then read why. A few sentences, after the picture, not before it.

> **In a real cluster** what would be different, or what to type there.

## How it works

The code that has just run:
""",
    ),
    (
        "source",
        "code",
        """
import inspect

from kubelab.components import replicaset

print(inspect.getsource(replicaset.ReplicaSetController.reconcile))
""",
    ),
    (
        "remember",
        "markdown",
        """
## Three things to take along

1. …
2. …
3. …

## Exercises

Each has a cluster of its own. Add cells below it, and press **Check** (or run `%kube check`).
""",
    ),
    (
        "exercise-three",
        "code",
        """
%%exercise three
Make it three Pods, all of them running.

start:
    deployment web x2 nginx:1.27

goal:
    3 pods app=web Running

hint: deployment web .spec.replicas == 2
    Nobody has asked for three yet. What did you write to get two?
hint: deployment web .spec.replicas > 3
    Now there are more than three.
""",
    ),
    ("progress", "code", "%kube progress"),
    (
        "next",
        "markdown",
        """
Next: **the following lesson**, and the question that it answers.
""",
    ),
)
"""The cells; TITLE stands for the title."""
