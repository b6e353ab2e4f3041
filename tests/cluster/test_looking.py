"""Looking into containers: `cluster.inside`."""

import pytest

from kubelab import Cluster
from kubelab.errors import UsageError
from kubelab.state.content import MASK

SHOP = """
cluster { node worker-1 }
namespace shop {
  secret db username=admin password=s3cret
  config settings LOG=debug
  pod web nginx:1.27 {
    env PASSWORD from secret db.password, LOG from config settings.LOG
    mount secret db at /etc/db
    mount emptydir scratch at /tmp
    container log busybox { mount emptydir scratch at /logs }
  }
}
"""


@pytest.fixture
def shop():
    cluster = Cluster()
    cluster.apply(SHOP)
    cluster.run()
    return cluster


@pytest.mark.parametrize("target", ["shop/pod/web", "shop/web"])
def test_a_pod_is_looked_into(shop, target):
    found = shop.inside(target)
    assert list(found) == ["web", "log"]
    assert found["web"].variable("PASSWORD").value == "s3cret"
    assert found["web"].variable("LOG").origin == "ConfigMap settings, key LOG"
    assert found["web"].file("/etc/db/username").value == "admin"
    assert found["log"].file("/etc/db/username") is None
    assert found["log"].variable("NOTHING") is None


def test_as_text_values_of_secrets_are_masked(shop):
    found = shop.inside("shop/web")
    assert str(found) == repr(found) == found.masked
    assert "s3cret" not in str(found)
    assert "admin" not in str(found)
    assert str(found).startswith("Pod shop/web on worker-1\n\ncontainer web, running\n  variables\n")
    assert f"    PASSWORD = {MASK}  Secret db, key password\n    LOG = debug" in str(found).replace(
        "    Conf", "  Conf"
    )
    assert "    /etc/db  Secret db\n" in str(found)
    assert "    /logs  emptyDir\n" in str(found)
    assert "s3cret" in found.whole


def test_it_is_what_it_was_at_the_cursor(shop):
    shop.goto(0)
    with pytest.raises(UsageError, match="there is no Pod shop/web"):
        shop.inside("shop/web")
    shop.goto(-1)
    newest = len(shop.timeline)
    shop.apply("in shop { secret db username=admin password=other }")
    shop.run()
    assert shop.inside("shop/web")["web"].file("/etc/db/password").value == "other"
    shop.goto(newest)
    assert shop.inside("shop/web")["web"].file("/etc/db/password").value == "s3cret"


def test_a_pod_that_is_waiting_shows_that_its_containers_were_not_started():
    cluster = Cluster(nodes=1)
    cluster.apply("pod web nginx { mount secret db at /etc/db }")
    cluster.run()
    assert str(cluster.inside("web")) == "Pod default/web on worker-1\n\ncontainer web, not started"
    assert cluster.inside("pod/web")["web"].state == "not started"


def test_what_is_no_pod_has_no_inside(shop):
    with pytest.raises(UsageError, match="has no containers to look into; name a Pod"):
        shop.inside("shop/secret/db")
    with pytest.raises(UsageError, match=r"there is no Pod shop/wob; did you mean `shop/web`\?"):
        shop.inside("shop/wob")
    with pytest.raises(KeyError):
        shop.inside("shop/web")["db"]
