"""The kernel `kube`: a notebook whose cells are the language itself.

`%` commands, lines of kubectl and ``%%python`` cells work in it as well; widgets and errors are those of IPython,
of which it is a kind.
"""
