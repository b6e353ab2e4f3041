"""The state of a cluster as one immutable value, and what may be asked of it."""
