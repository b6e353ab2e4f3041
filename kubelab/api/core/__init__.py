"""The core group of the API (``apiVersion: v1``): Pods, Nodes, Services and what belongs to them."""
