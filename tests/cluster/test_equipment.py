"""Clusters with a cloud and Ingress controllers: from the program to the addresses."""

import pytest

from kubelab import Cluster
from kubelab.errors import SourceError, UsageError
from kubelab.state.snapshot import ObjectKey

WEB = "deployment web x2 nginx:1.27; service web LoadBalancer -> deployment web port 80"
SERVICE = ObjectKey("Service", "default", "web")


def ingress_addresses(cluster):
    return {
        ingress.metadata.name: [a.ip or a.hostname for a in ingress.status.load_balancer.ingress]
        for ingress in cluster.view.list("Ingress")
    }


def address(cluster):
    return [entry.ip for entry in cluster.view.find(SERVICE).status.load_balancer.ingress]


def test_a_load_balancer_comes_after_a_while_and_goes_with_its_service():
    cluster = Cluster()
    cluster.apply("cluster { node w-[1..2]; cloud }\n" + WEB)
    cluster.until("2 pods Ready")
    assert address(cluster) == []
    cluster.run()
    assert address(cluster) == ["203.0.113.10"]
    assert [e.reason for e in cluster.view.events(SERVICE)] == ["EnsuringLoadBalancer", "EnsuredLoadBalancer"]
    cluster.delete("service/web")
    cluster.run()
    assert cluster.view.find(SERVICE) is None
    assert not cluster.view.snapshot.cloud.load_balancers


def test_a_service_that_is_no_load_balancer_any_more_loses_its_address():
    cluster = Cluster(nodes=1, cloud=True)
    cluster.apply(WEB)
    cluster.run()
    assert address(cluster)
    cluster.apply("service web ClusterIP -> deployment web port 80")
    cluster.run()
    assert address(cluster) == []
    assert cluster.view.find(SERVICE).metadata.finalizers == ()
    reasons = [e.reason for e in cluster.view.events(SERVICE)]
    assert reasons[-2:] == ["DeletingLoadBalancer", "DeletedLoadBalancer"]


def test_without_a_cloud_the_address_stays_pending():
    cluster = Cluster(nodes=1)
    cluster.apply(WEB)
    cluster.run()
    assert address(cluster) == []
    assert cluster.view.snapshot.cloud is None
    with pytest.raises(UsageError, match="in no cloud"):
        cluster.terminate("worker-1")


def test_while_the_cloud_controllers_are_stopped_nothing_is_provided():
    cluster = Cluster(nodes=1, cloud=True)
    cluster.stop("cloud-controller-manager")
    cluster.apply(WEB)
    cluster.run()
    assert address(cluster) == []
    assert cluster.view.find(SERVICE).metadata.finalizers == ()
    cluster.start("cloud-controller-manager")
    cluster.run()
    assert address(cluster) == ["203.0.113.10"]


def test_the_node_of_a_terminated_machine_goes_and_comes_anew():
    cluster = Cluster()
    cluster.apply("cluster { node w-[1..2]; cloud }\n" + WEB)
    cluster.run()
    cluster.terminate("w-2")
    with pytest.raises(UsageError, match="does not exist any more"):
        cluster.revive("w-2")
    cluster.run()
    assert [key.name for key in cluster.view.keys("Node")] == ["w-1"]
    assert {pod.spec.node_name for pod in cluster.view.list("Pod")} == {"w-1"}
    cloud = cluster.view.snapshot.cloud
    assert sorted(cloud.routes) == ["w-1"]
    assert cloud.load_balancers[SERVICE.full].targets == ("w-1",)
    cluster.apply("node w-2")
    cluster.run()
    assert "w-2    Ready" in cluster.get("nodes")
    assert sorted(cluster.view.snapshot.cloud.instances) == ["w-1", "w-2"]


def test_a_machine_that_is_only_off_keeps_its_node():
    cluster = Cluster(nodes=2, cloud=True)
    cluster.kill("worker-2")
    cluster.run()
    node = cluster.view.get("Node", "", "worker-2")
    assert "node.cloudprovider.kubernetes.io/shutdown" in {t.key for t in node.spec.taints}
    cluster.revive("worker-2")
    cluster.run()
    assert cluster.view.get("Node", "", "worker-2").spec.taints == ()


INGRESSES = """
deployment web nginx:1.27
service web -> deployment web port 80
ingress a class nginx { a.example.com/ -> service web:80 }
ingress b class alb { b.example.com/ -> service web:80 }
ingress c { c.example.com/ -> service web:80 }
"""


def test_several_ingress_controllers_side_by_side():
    cluster = Cluster()
    applied = cluster.apply("cluster { node w-[1..2]; cloud; ingress nginx, aws-alb }\n" + INGRESSES)
    assert applied.notes == ()
    cluster.run()
    found = ingress_addresses(cluster)
    proxy = cluster.view.get("Service", "ingress-nginx", "ingress-nginx-controller")
    assert found["a"] == [entry.ip for entry in proxy.status.load_balancer.ingress] != []
    assert found["b"][0].endswith(".elb.amazonaws.com")
    assert found["c"] == []


def test_the_default_class_is_filled_in():
    cluster = Cluster(nodes=1, ingress=["nginx"])
    cluster.apply(
        "IngressClass nginx { annotation ingressclass.kubernetes.io/is-default-class=true\n"
        ".spec.controller = k8s.io/ingress-nginx }"
    )
    cluster.apply("ingress c { c.example.com/ -> service web:80 }")
    cluster.run()
    assert cluster.view.get("Ingress", "default", "c").spec.ingress_class_name == "nginx"
    node = cluster.view.get("Node", "", "worker-1")
    assert ingress_addresses(cluster)["c"] == [a.address for a in node.status.addresses if a.type == "InternalIP"]


def test_without_a_controller_an_ingress_gets_no_address_and_that_is_said_once():
    cluster = Cluster(nodes=1)
    applied = cluster.apply(INGRESSES)
    assert applied.notes == (
        "no Ingress controller runs in this cluster, as `cluster { ingress nginx }` would have it",
    )
    assert cluster.apply(INGRESSES).notes == ()
    cluster.run()
    assert set(map(tuple, ingress_addresses(cluster).values())) == {()}


def test_equipment_comes_at_the_start_or_not_at_all():
    cluster = Cluster(nodes=1)
    with pytest.raises(SourceError, match="this cluster runs already, without ingress nginx"):
        cluster.apply("cluster { cloud; ingress nginx }")
    assert cluster.view.snapshot.cloud is None


def test_what_a_refused_program_asked_for_is_forgotten():
    cluster = Cluster()
    with pytest.raises(SourceError):
        cluster.apply("cluster { cloud }\npod a nginx { .spec.restartPolicy = Sometimes }")
    cluster.apply("pod a nginx")
    assert cluster.view.snapshot.cloud is None


def test_ingress_controllers_that_do_not_fit():
    with pytest.raises(UsageError, match="say `cloud`, too"):
        Cluster().apply("cluster { ingress aws-alb }")
