"""The step-through engine: what can happen next, what happened, and why."""
