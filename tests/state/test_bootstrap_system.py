"""What a fresh cluster holds for its own use."""

import yaml

from kubelab import Cluster
from kubelab.apiserver.authentication import ACCOUNTS, ANONYMOUS, authenticate
from kubelab.components import CONTROL_PLANE
from kubelab.state.certificates import CERTIFICATE


def test_each_controller_has_the_account_as_which_it_acts():
    cluster = Cluster(nodes=1)
    there = {key.name for key in cluster.view.keys("ServiceAccount", "kube-system")}
    for component in CONTROL_PLANE:
        name = authenticate(component.name if hasattr(component, "reconcile") else f"{component.name}/worker-1").name
        if name.startswith("system:serviceaccount:"):
            assert name.rpartition(":")[2] in there, component.name
    assert set(ACCOUNTS.values()) - there == {"route-controller", "service-controller"}, "those run in clouds only"


def test_in_a_cloud_there_are_more():
    there = {key.name for key in Cluster(nodes=1, cloud=True).view.keys("ServiceAccount", "kube-system")}
    assert {"route-controller", "service-controller"} <= there


def test_everybody_may_read_how_to_reach_the_cluster_and_nothing_else_of_it():
    cluster = Cluster(nodes=1)
    who = ANONYMOUS
    assert cluster.can_i("get", "configmaps", "cluster-info", "kube-public", who).allowed
    assert not cluster.can_i("list", "configmaps", "", "kube-public", who).allowed
    assert not cluster.can_i("get", "configmaps", "extension-apiserver-authentication", "kube-system", who).allowed
    held = cluster.view.get("ConfigMap", "kube-public", "cluster-info")
    config = yaml.safe_load(held.data["kubeconfig"])
    assert config["clusters"][0]["cluster"]["server"] == "https://172.18.255.254:6443"
    assert config["users"] is None


def test_others_can_tell_the_api_server_by_its_certificates():
    held = Cluster(nodes=1).view.get("ConfigMap", "kube-system", "extension-apiserver-authentication")
    assert held.data["client-ca-file"] == CERTIFICATE


def test_each_namespace_has_its_certificate_and_each_node_its_lease():
    cluster = Cluster(nodes=2)
    assert [key.name for key in cluster.view.keys("Lease", "kube-node-lease")] == ["worker-1", "worker-2"]
    for namespace in cluster.view.keys("Namespace"):
        assert cluster.view.get("ConfigMap", namespace.name, "kube-root-ca.crt") is not None


def test_they_are_there_before_the_first_revision_that_is_counted():
    cluster = Cluster(nodes=1)
    for key in cluster.view.keys("ServiceAccount", "kube-system"):
        if key.name != "default":
            assert cluster.view.find(key).metadata.resource_version == "0"
