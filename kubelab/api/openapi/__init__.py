"""OpenAPI: the kinds described for programs, out of the models, the table of kinds and their meanings.

    documents.index()               what there is, for ``/openapi/v3``
    documents.version("apps/v1")    one group and version, for ``/openapi/v3/apis/apps/v1``
    documents.swagger()             everything in one, for ``/openapi/v2``

**In Kubernetes:** `k8s.io/kube-openapi`.

**Simplified:** the deprecated ``/watch/`` paths, proxies and connections to containers are not described; a definition
says no defaults besides those by which items of lists are told apart.
"""
