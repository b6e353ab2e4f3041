"""Pod Security Admission: what Pods of a Namespace may ask of their node, by the Namespace's labels.

`levels` reads the labels, `baseline` and `restricted` hold the checks of the two levels, `evaluation` knows which of
them a version of a level has, and `plugin` refuses and warns.

**In Kubernetes:** `k8s.io/pod-security-admission`, `plugin/pkg/admission/security/podsecurity`.

**Simplified:** there is no audit log, so what ``audit`` finds is told to nobody; nobody is exempt.
"""
