"""Validation of the core API group, in the order and in the words of `pkg/apis/core/validation/validation.go`."""
