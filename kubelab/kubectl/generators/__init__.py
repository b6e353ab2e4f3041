"""The sorts of ``kubectl create``: a module for each family of kinds.

Source: kubectl `pkg/cmd/create`.
"""
