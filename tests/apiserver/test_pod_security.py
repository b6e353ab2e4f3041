"""Pod Security Admission: what Pods of a Namespace may ask of their node. The texts are those of a real API server."""

import pytest

from kubelab.api.manifest import load
from kubelab.apiserver.bootstrap import initial_snapshot
from kubelab.apiserver.pod_security import plugin
from kubelab.apiserver.pod_security.levels import policy_of
from kubelab.apiserver.server import handle
from kubelab.errors import StatusError
from kubelab.kubectl import run
from kubelab.state.requests import Create
from kubelab.state.snapshot import SECOND

NOW = 1_767_225_600 * SECOND

HARDENED = """
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers: [{name: c, image: nginx, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
"""
PLAIN = "{containers: [{name: c, image: nginx}]}"


def namespace(**labels):
    """A snapshot with a Namespace of these labels: ``enforce``, ``warn``, ``enforce_version`` …"""
    named = {f"pod-security.kubernetes.io/{key.replace('_', '-')}": value for key, value in labels.items()}
    text = f"{{apiVersion: v1, kind: Namespace, metadata: {{name: default, labels: {named}}}}}"
    return handle(initial_snapshot(NOW), Create(object=load(text)[0]), NOW).snapshot


def written(snapshot, spec):
    """The object that is stored of a Pod with this specification, and what is said of it."""
    text = (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{spec if spec.startswith(chr(10)) else '  ' + spec}"
    )
    outcome = handle(snapshot, Create(object=load(text)[0]), NOW)
    return outcome.after, plugin.said(outcome.snapshot, outcome.after, None)


def refusal(snapshot, spec):
    with pytest.raises(StatusError) as caught:
        written(snapshot, spec)
    assert (caught.value.code, caught.value.reason) == (403, "Forbidden")
    return caught.value.message.removeprefix('pods "p" is forbidden: violates PodSecurity ')


def test_a_namespace_without_labels_takes_every_pod():
    _, said = written(namespace(), "{hostNetwork: true, containers: [{name: c, image: x}]}")
    assert said == ()


def test_a_plain_pod_is_refused_where_pods_are_restricted_and_every_lack_is_named():
    assert refusal(namespace(enforce="restricted"), PLAIN) == (
        '"restricted:latest": allowPrivilegeEscalation != false (container "c" must set '
        'securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set '
        'securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set '
        'securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set '
        'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
    )


def test_a_hardened_pod_is_let_in_without_a_word():
    pod, said = written(namespace(enforce="restricted"), HARDENED)
    assert pod is not None and said == ()


def test_what_reaches_the_node_is_refused_at_the_level_baseline():
    spec = """
  hostNetwork: true
  hostPID: true
  volumes: [{name: h, hostPath: {path: /}}]
  containers:
  - {name: a, image: x, securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN]}}}
  - name: b
    image: x
    ports: [{containerPort: 80, hostPort: 80}]
    securityContext: {seccompProfile: {type: Unconfined}}
"""
    assert refusal(namespace(enforce="baseline"), spec) == (
        '"baseline:latest": non-default capabilities (container "a" must not include "SYS_ADMIN" in '
        "securityContext.capabilities.add), host namespaces (hostNetwork=true, hostPID=true), hostPath volumes (volume "
        '"h"), hostPort (container "b" uses hostPort 80), privileged (container "a" must not set '
        'securityContext.privileged=true), seccompProfile (container "b" must not set '
        'securityContext.seccompProfile.type to "Unconfined")'
    )


def test_a_restricted_namespace_speaks_of_the_kinds_of_volumes_and_not_of_host_paths():
    spec = HARDENED.replace("  containers", "  volumes: [{name: nfs, nfs: {server: s, path: /}}]\n  containers")
    assert refusal(namespace(enforce="restricted"), spec) == (
        '"restricted:latest": restricted volume types (volume "nfs" uses restricted volume type "nfs")'
    )


def test_an_older_version_of_a_level_has_the_checks_of_then():
    named = refusal(namespace(enforce="restricted", enforce_version="v1.18"), PLAIN)
    assert named.startswith('"restricted:v1.18": ')
    assert "seccompProfile" not in named and "runAsNonRoot" in named


def test_where_pods_are_only_warned_of_they_are_let_in():
    pod, said = written(namespace(enforce="baseline", warn="restricted"), PLAIN)
    assert pod is not None
    assert said[0].startswith('would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false')


def test_what_is_refused_is_also_warned_of_where_no_label_says_what_to_warn_of():
    policy = policy_of({"pod-security.kubernetes.io/enforce": "restricted"})
    assert (str(policy.enforce), str(policy.warn)) == ("restricted:latest", "restricted:latest")


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"enforce": "strict"}, 'enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted'),
        ({"warn_version": "v9"}, 'warn-version]: Invalid value: "v9": must be "latest" or "v1.x"'),
    ],
)
def test_a_label_that_means_nothing_is_refused(labels, told):
    with pytest.raises(StatusError) as caught:
        namespace(**labels)
    assert caught.value.message.endswith(f"metadata.labels[pod-security.kubernetes.io/{told}")


def test_the_replicaset_of_a_forbidden_pod_says_why_there_is_none(lab):
    run(lab, "label namespace default pod-security.kubernetes.io/enforce=restricted")
    told = run(lab, "create deployment web --image=nginx")
    assert told.err.startswith('Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation')
    lab.run()
    failed = run(lab, "get replicasets -o jsonpath='{.items[0].status.conditions[0].message}'").out
    assert 'is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false' in failed


def test_pods_that_are_there_stay_and_are_told_of_when_their_namespace_becomes_stricter(lab):
    run(lab, "run p --image=nginx")
    run(lab, "run q --image=nginx")
    told = run(lab, "label namespace default pod-security.kubernetes.io/enforce=restricted")
    lacks = "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile"
    assert told.err == (
        'Warning: existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"\n'
        f"Warning: p (and 1 other pod): {lacks}\n"
    )
    assert told.out == "namespace/default labeled\n"
    lab.run()
    assert run(lab, "get pods -o name").out == "pod/p\npod/q\n"


@pytest.fixture
def lab():
    from kubelab import Cluster

    return Cluster(nodes=1)
