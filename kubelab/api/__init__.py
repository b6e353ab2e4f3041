"""Kubernetes' objects: one model for each structure of the API, and what every part of kubelab needs to use them.

`scheme` is the table of kinds, `manifest` reads and writes YAML and JSON, `defaults` and `validation` are what the
API server does to an object before it stores it, `paths` compares two versions field by field.
"""
