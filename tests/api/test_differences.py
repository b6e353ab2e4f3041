"""What a refused change of a specification shows: the lines of the internal types that differ."""

from kubelab.api.defaults import apply_defaults
from kubelab.api.manifest import load
from kubelab.api.validation.differences import difference


def spec(text):
    return apply_defaults(load(text)[0]).spec


POD = "{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{{}containers: [{{name: c, image: x}}]}}}}"


def test_a_field_that_comes_is_shown_between_its_neighbours():
    old, new = spec(POD.format("")), spec(POD.format("nodeSelector: {a: b}, "))
    assert difference(old, new, "PodSpec").split("\n")[1:] == [
        '  "TerminationGracePeriodSeconds": 30,',
        '  "ActiveDeadlineSeconds": null,',
        '  "DNSPolicy": "ClusterFirst",',
        '- "NodeSelector": null,',
        '+ "NodeSelector": {',
        '+  "a": "b"',
        "+ },",
        '  "ServiceAccountName": "",',
        '  "AutomountServiceAccountToken": null,',
        '  "NodeName": "",',
        "",
    ]


def test_the_network_of_the_node_is_part_of_the_security_context():
    old, new = spec(POD.format("")), spec(POD.format("hostNetwork: true, "))
    assert '-  "HostNetwork": false,\n+  "HostNetwork": true,\n   "HostPID": false,' in difference(old, new, "PodSpec")


def test_a_volume_shows_all_that_it_could_be():
    pv = "{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: v}}, spec: {{hostPath: {{path: {}}}}}}}"
    shown = difference(spec(pv.format("/c")), spec(pv.format("/else")), "PersistentVolumeSource")
    assert shown == (
        "@@ -2,7 +2,7 @@\n"
        '  "GCEPersistentDisk": null,\n'
        '  "AWSElasticBlockStore": null,\n'
        '  "HostPath": {\n'
        '-  "Path": "/c",\n'
        '+  "Path": "/else",\n'
        '   "Type": ""\n'
        "  },\n"
        '  "Glusterfs": null,\n'
    )


def test_a_claim_shows_its_selector_as_manifests_write_it():
    claim = (
        "{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: c}}, spec: {{accessModes: [{}], "
        "selector: {{matchLabels: {{disk: fast}}}}}}}}"
    )
    old, new = spec(claim.format("ReadOnlyMany")), spec(claim.format("ReadWriteOnce"))
    assert difference(old, new, "PersistentVolumeClaimSpec") == (
        "@@ -1,6 +1,6 @@\n"
        " {\n"
        '  "AccessModes": [\n'
        '-  "ReadOnlyMany"\n'
        '+  "ReadWriteOnce"\n'
        "  ],\n"
        '  "Selector": {\n'
        '   "matchLabels": {\n'
    )
