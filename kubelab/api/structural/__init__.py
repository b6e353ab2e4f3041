"""Structural schemas: what a CustomResourceDefinition says that objects of its kind look like, and what follows.

`pruning` drops what a schema does not know, `defaulting` fills in, `validation` checks values, and `form` checks a
schema itself.

In Kubernetes: `k8s.io/apiextensions-apiserver/pkg/apiserver/schema` and `validation`.

**Simplified:** rules in CEL (``x-kubernetes-validations``) are kept and not evaluated; the learner is told so. Of the
formats of texts, ``date``, ``date-time``, ``ipv4``, ``ipv6`` and ``byte`` are checked.
"""
