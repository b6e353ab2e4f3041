"""What a Pod gets for a name."""

import pytest

from kubelab import Cluster
from kubelab.network.dns import Answer, look_up

PROGRAM = """
cluster { node worker-1 }
namespace shop {
  service web port 80
  deployment cart x2 nginx port 80
  service cart headless -> deployment cart port 80
}
service web port 80
service alias ExternalName db.example.com
service inner ExternalName web.shop.svc.cluster.local
service lost ExternalName nowhere.invalid
service idle headless -> app=nobody port 80
pod a busybox
pod plain busybox { pod.dnsPolicy = Default }
pod sharp busybox { pod.dnsConfig = {options: [{name: ndots, value: "1"}], searches: [shop.svc.cluster.local]} }
pod host busybox { pod.hostNetwork = true }
pod alone busybox { pod.hostAliases = [{ip: 192.0.2.1, hostnames: [db, cache]}] }
pod db-0 postgres { pod.hostname = db-0 ; pod.subdomain = db ; label app=db ; port 5432 }
service db headless -> app=db port 5432
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    made = Cluster()
    made.apply(PROGRAM)
    made.run()
    return made


def asked(cluster: Cluster, name: str, pod: str = "a") -> Answer:
    return look_up(cluster.view, name, cluster.view.get("Pod", "default", pod))


def address(cluster: Cluster, namespace: str, service: str) -> str:
    return str(cluster.view.get("Service", namespace, service).spec.cluster_ip)


def tried(answer: Answer) -> list[str]:
    return [query.name for query in answer.queries]


def test_a_short_name_means_a_service_of_the_own_namespace(cluster: Cluster) -> None:
    answer = asked(cluster, "web")
    assert answer.addresses == (address(cluster, "default", "web"),)
    assert tried(answer) == ["web.default.svc.cluster.local"]


@pytest.mark.parametrize("name", ["web.shop", "web.shop.svc", "web.shop.svc.cluster.local", "WEB.shop"])
def test_another_namespace_is_part_of_the_name(cluster: Cluster, name: str) -> None:
    assert asked(cluster, name).addresses == (address(cluster, "shop", "web"),)


def test_the_names_are_tried_in_the_order_of_the_search_list(cluster: Cluster) -> None:
    assert tried(asked(cluster, "web.shop")) == ["web.shop.default.svc.cluster.local", "web.shop.svc.cluster.local"]
    assert tried(asked(cluster, "example.com")) == [
        "example.com.default.svc.cluster.local",
        "example.com.svc.cluster.local",
        "example.com.cluster.local",
        "example.com",
    ]


def test_a_dot_at_the_end_or_enough_dots_spare_the_search_list(cluster: Cluster) -> None:
    assert tried(asked(cluster, "example.com.")) == ["example.com"]
    assert tried(asked(cluster, "a.b.c.d.e.example.com")) == ["a.b.c.d.e.example.com"]
    assert tried(asked(cluster, "example.com", "sharp")) == ["example.com"]


def test_a_name_that_is_nowhere_has_no_address_and_says_why(cluster: Cluster) -> None:
    answer = asked(cluster, "nope")
    assert answer.addresses == ()
    assert answer.queries[0].remark == "no Service nope in namespace default"
    assert not asked(cluster, "web.nowhere").addresses
    assert not asked(cluster, "some.invalid").addresses


def test_a_headless_service_names_every_ready_endpoint(cluster: Cluster) -> None:
    pods = sorted(pod.status.pod_ip for pod in cluster.view.list("Pod", "shop"))
    assert len(pods) == 2
    assert sorted(asked(cluster, "cart.shop").addresses) == pods
    assert asked(cluster, "idle").addresses == ()


def test_a_pod_with_hostname_and_subdomain_has_a_name_in_the_service(cluster: Cluster) -> None:
    address = cluster.view.get("Pod", "default", "db-0").status.pod_ip
    assert asked(cluster, "db-0.db").addresses == (address,)
    dashed = address.replace(".", "-")
    assert asked(cluster, f"{dashed}.default.pod.cluster.local").addresses == (address,)
    assert not asked(cluster, f"{dashed}.nowhere.pod.cluster.local").addresses


def test_an_external_name_is_another_name_and_is_followed(cluster: Cluster) -> None:
    answer = asked(cluster, "alias")
    assert [str(query).split(" ")[1] for query in answer.queries] == ["CNAME", "A"]
    assert answer.queries[0].cname == "db.example.com"
    assert answer.addresses == asked(cluster, "db.example.com").addresses
    assert asked(cluster, "inner").addresses == (address(cluster, "shop", "web"),)


def test_an_alias_of_nothing_exists_but_leads_nowhere(cluster: Cluster) -> None:
    answer = asked(cluster, "lost")
    assert answer.addresses == ()
    assert tried(answer) == ["lost.default.svc.cluster.local", "nowhere.invalid"], "the search list ends with the alias"


def test_who_does_not_use_the_clusters_dns_knows_no_service(cluster: Cluster) -> None:
    for pod in ("plain", "host"):
        assert asked(cluster, "web", pod).addresses == ()
        assert asked(cluster, "web.default.svc.cluster.local", pod).addresses == ()
        assert asked(cluster, "example.com", pod).addresses
    assert look_up(cluster.view, "web.default.svc.cluster.local").addresses == ()


def test_the_pods_own_configuration_adds_to_its_search_list(cluster: Cluster) -> None:
    assert asked(cluster, "cart", "sharp").addresses == asked(cluster, "cart.shop").addresses


def test_the_hosts_file_of_a_pod_comes_first(cluster: Cluster) -> None:
    assert asked(cluster, "cache", "alone").addresses == ("192.0.2.1",)
    assert asked(cluster, "db", "alone").queries[0].server == "/etc/hosts"


def test_names_outside_always_lead_to_the_same_address(cluster: Cluster) -> None:
    first, other = asked(cluster, "one.example").addresses, asked(cluster, "two.example").addresses
    assert first != other
    assert asked(cluster, "One.Example").addresses == first
