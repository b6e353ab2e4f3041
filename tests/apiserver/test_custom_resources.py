"""Kinds that a cluster learns: what the API server does with their objects, and with their definitions."""

import pytest

from kubelab import Cluster
from kubelab.components import CONTROL_PLANE
from kubelab.errors import SourceError, StatusError
from kubelab.kubectl import run
from kubelab.state.requests import Create, Update
from kubelab.state.snapshot import ObjectKey, key_of

CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size, labelSelectorPath: .status.selector}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Color, type: string, jsonPath: .spec.color, priority: 1}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, maximum: 10}
              color: {type: string, default: blue, enum: [blue, red]}
              name: {type: string, pattern: '^[a-z]+$', maxLength: 5}
              parts: {type: array, maxItems: 2, items: {type: string}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
          status:
            type: object
            properties:
              size: {type: integer}
              selector: {type: string}
              conditions:
                type: array
                items: {type: object, properties: {type: {type: string}, status: {type: string}}}
---
"""

WIDGET = """
apiVersion: example.com/v1
kind: Widget
metadata: {name: web}
spec: {size: 3}
"""
KEY = ObjectKey("Widget", "default", "web")


@pytest.fixture
def cluster():
    made = Cluster(nodes=1)
    made.apply(CRD)
    made.run()
    return made


def widget(**spec):
    lines = "".join(f"\n  {name}: {value}" for name, value in spec.items())
    return f"apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: web}}\nspec:{lines or ' {}'}\n"


def refused(cluster, text):
    with pytest.raises(SourceError) as error:
        cluster.apply(text)
    return str(error.value)


def test_a_definition_is_in_force_once_its_names_are_accepted(cluster):
    definition = cluster.view.get("CustomResourceDefinition", "", "widgets.example.com")
    said = {c.type: (c.status, c.reason) for c in definition.status.conditions}
    assert said == {"NamesAccepted": ("True", "NoConflicts"), "Established": ("True", "InitialNamesAccepted")}
    assert definition.status.accepted_names == definition.spec.names


def test_objects_of_the_new_kind_are_stored_with_the_defaults_of_the_schema(cluster):
    cluster.apply(WIDGET)
    stored = cluster.view.find(KEY)
    assert stored.spec == {"size": 3, "color": "blue"}
    assert (stored.api_version, stored.kind, stored.metadata.generation) == ("example.com/v1", "Widget", 1)
    assert cluster.view.list("Widget") == [stored]


def test_a_definition_and_its_objects_can_stand_in_one_text_in_any_order():
    cluster = Cluster(nodes=1)
    cluster.apply(WIDGET + "---" + CRD)
    assert cluster.view.find(KEY).spec["size"] == 3


def test_without_the_definition_there_is_no_such_kind():
    assert 'no matches for kind "Widget" in version "example.com/v1"' in refused(Cluster(nodes=1), WIDGET)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "spec.size: Required value"),
        ({"size": 0}, "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        ({"size": 11}, "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10"),
        ({"size": "big"}, 'Invalid value: "string": spec.size in body must be of type integer: "string"'),
        ({"size": 1, "color": "green"}, 'Unsupported value: "green": supported values: "blue", "red"'),
        ({"size": 1, "name": "Web"}, "Invalid value: \"Web\": spec.name in body should match '^[a-z]+$'"),
        ({"size": 1, "name": "longer"}, "spec.name: Too long: may not be more than 5 bytes"),
        ({"size": 1, "parts": "[a, b, c]"}, "spec.parts: Too many: 3: must have at most 2 items"),
        ({"size": 1, "shape": "round"}, 'unknown field "spec.shape"'),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_in_the_words_of_the_real_server(cluster, spec, said):
    assert said in refused(cluster, widget(**spec))
    assert not cluster.view.list("Widget")


def test_fields_are_kept_where_the_schema_preserves_unknown_ones(cluster):
    cluster.apply(widget(size=1, free="{any: [thing, {at: all}]}"))
    assert cluster.view.find(KEY).spec["free"] == {"any": ("thing", {"at": "all"})}


def test_an_update_that_changes_what_is_wanted_counts_and_the_status_has_its_own_door(cluster):
    cluster.apply(WIDGET)
    said = run(cluster, """patch widget web --type=merge -p '{"spec":{"size":4},"status":{"size":4}}'""")
    assert str(said).strip() == "widget.example.com/web patched"
    stored = cluster.view.find(KEY)
    assert (stored.metadata.generation, stored.spec["size"], stored.status) == (2, 4, None)
    run(cluster, """patch widget web --type=merge --subresource=status -p '{"spec":{"size":9},"status":{"size":4}}'""")
    stored = cluster.view.find(KEY)
    assert (stored.metadata.generation, stored.spec["size"], stored.status) == (2, 4, {"size": 4})


def test_the_scale_reads_and_writes_where_the_definition_says(cluster):
    cluster.apply(WIDGET)
    assert str(run(cluster, "scale wd/web --replicas=5")).strip() == "widget.example.com/web scaled"
    assert cluster.view.find(KEY).spec["size"] == 5
    assert "should be less than or equal to 10" in str(run(cluster, "scale wd/web --replicas=50"))


def test_a_strategic_patch_is_not_understood(cluster):
    cluster.apply(WIDGET)
    said = str(run(cluster, """patch widget web -p '{"spec":{"size":4}}'"""))
    assert "UnsupportedMediaType" in said
    assert "strategic" not in said


def test_an_apply_keeps_what_others_have_set_deep_within(cluster):
    cluster.apply(widget(size=1, free="{mine: {a: 1}}"))
    run(cluster, """patch widget web --type=merge -p '{"spec":{"free":{"mine":{"b":2},"theirs":3}}}'""")
    cluster.apply(widget(size=1, free="{mine: {a: 5}}"))
    assert cluster.view.find(KEY).spec["free"] == {"mine": {"a": 5, "b": 2}, "theirs": 3}


def test_tables_have_the_columns_of_the_definition(cluster):
    cluster.apply(WIDGET)
    body = '{"status":{"conditions":[{"type":"Other","status":"no"},{"type":"Ready","status":"True"}]}}'
    run(cluster, f"patch widget web --type=merge --subresource=status -p '{body}'")
    assert cluster.get("wd") == "NAME   SIZE   READY\nweb    3      True"
    assert str(run(cluster, "get widgets.example.com -o wide")).splitlines()[0] == "NAME   SIZE   READY   COLOR"
    assert "widget.example.com/web" in str(run(cluster, "get all"))


def test_deleting_the_definition_deletes_its_objects_first(cluster):
    cluster.apply(WIDGET)
    run(cluster, "delete crd widgets.example.com --wait=false")
    definition = cluster.view.get("CustomResourceDefinition", "", "widgets.example.com")
    assert definition.metadata.finalizers == ("customresourcecleanup.apiextensions.k8s.io",)
    with pytest.raises(StatusError, match="create not allowed while custom resource definition is terminating"):
        kept = cluster.view.find(KEY)
        meta = type(kept.metadata)(name="late", namespace="default")
        cluster.request(Create(object=type(kept)(metadata=meta, spec=kept.spec)))
    cluster.run()
    assert cluster.view.find(KEY) is None
    assert cluster.view.list("CustomResourceDefinition") == []
    assert 'doesn\'t have a resource type "widgets"' in str(run(cluster, "get widgets"))


def test_a_namespace_takes_objects_of_learnt_kinds_with_it(cluster):
    cluster.apply("namespace shop { }")
    cluster.apply("namespace shop { Widget web { .spec.size = 3 } }")
    run(cluster, "delete namespace shop")
    cluster.run()
    assert cluster.view.get("Namespace", "", "shop") is None
    assert cluster.view.list("Widget") == []


def test_objects_of_learnt_kinds_own_others(cluster):
    cluster.apply(WIDGET)
    owner = cluster.view.find(KEY)
    reference = f"{{apiVersion: example.com/v1, kind: Widget, name: web, uid: {owner.metadata.uid}}}"
    cluster.apply(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: of-web, ownerReferences: [{reference}]}}\n")
    cluster.run()
    assert cluster.view.get("ConfigMap", "default", "of-web") is not None
    cluster.delete("widget/web")
    cluster.run()
    assert cluster.view.get("ConfigMap", "default", "of-web") is None


def test_rights_are_given_by_the_name_of_the_resource(cluster):
    run(cluster, "create role reader --verb=get,list --resource=widgets.example.com")
    run(cluster, "create rolebinding reader --role=reader --user=jane")
    assert str(run(cluster, "auth can-i list widgets.example.com --as=jane")).strip() == "yes"
    assert str(run(cluster, "auth can-i delete widgets.example.com --as=jane")).strip() == "no"


def test_another_definition_may_not_take_a_name_that_is_in_use(cluster):
    other = CRD.replace("widgets", "gadgets").replace("singular: widget", "singular: gadget").replace("[wd]", "[gd]")
    cluster.apply(other)
    cluster.run()
    definition = cluster.view.get("CustomResourceDefinition", "", "gadgets.example.com")
    said = {c.type: (c.status, c.reason, c.message) for c in definition.status.conditions}
    assert said["NamesAccepted"] == ("False", "ListKindConflict", '"WidgetList" is already in use')
    assert said["Established"] == ("False", "NotAccepted", "not all names are accepted")
    run(cluster, "delete crd widgets.example.com")
    cluster.run()
    definition = cluster.view.get("CustomResourceDefinition", "", "gadgets.example.com")
    assert all(c.status == "True" for c in definition.status.conditions)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("{type: object, properties: {spec: {properties: {}}}}", "properties[spec].type: Required value: must not be"),
        ("{properties: {}}", "openAPIV3Schema.type: Required value: must not be empty at the root"),
        ("{type: string}", 'openAPIV3Schema.type: Invalid value: "string": must be object at the root'),
        ("{type: object, properties: {spec: {type: array}}}", "properties[spec].items: Required value: must be spec"),
        ("{type: object, properties: {spec: {type: text}}}", 'Unsupported value: "text": supported values: "array"'),
        (
            "{type: object, properties: {spec: {type: integer, default: x}}}",
            'must be of type integer: "string"',
        ),
    ],
)
def test_a_schema_that_is_not_structural_is_refused(schema, said):
    head, _, _ = CRD.partition("        type: object\n        properties:\n          spec:")
    assert said in refused(Cluster(nodes=1), head.rstrip() + " " + schema + "\n")


def test_the_language_knows_the_kinds_of_the_cluster_and_of_the_program(cluster):
    cluster.apply("Widget web { .spec.size = 3; .spec.color = red }")
    assert cluster.view.find(KEY).spec == {"size": 3, "color": "red"}
    assert cluster.run(until="1 widgets").ended
    assert "did you mean `widget`?" in refused(cluster, "Wigdet other { .spec.size = 3 }")


def test_a_controller_of_ones_own_reconciles_objects_of_such_a_kind():
    class Mine:
        name = "widget-controller"
        watches = ("Widget",)

        def enqueue(self, change):
            if change.after is not None:
                yield change.key

        def reconcile(self, view, key):
            for obj in view.list("Widget"):
                if key_of(obj) == key and (obj.status or {}).get("size") != obj.spec["size"]:
                    status = {"size": obj.spec["size"]}
                    new = type(obj)(metadata=obj.metadata, spec=obj.spec, status=status)
                    why = f"{self.name} reported the size of {key}: it has changed."
                    return (Update(object=new, subresource="status", reason="Sized", message=why),)
            return ()

    cluster = Cluster(nodes=1, components=(*CONTROL_PLANE, Mine()))
    cluster.apply(CRD + WIDGET)
    cluster.run()
    assert cluster.view.find(KEY).status == {"size": 3}
    assert cluster.trace().endswith("widget-controller reported the size of Widget web: it has changed.")


def test_two_clusters_have_kinds_of_their_own(cluster):
    assert "no matches for kind" in refused(Cluster(nodes=1), WIDGET)
    assert "doesn't have a resource type" in str(run(Cluster(nodes=1), "get widgets"))
    assert str(run(cluster, "api-resources --api-group=example.com")).split()[-5:] == [
        "widgets",
        "wd",
        "example.com/v1",
        "true",
        "Widget",
    ]


def test_rules_in_cel_are_kept_and_the_learner_is_told_that_nobody_evaluates_them():
    text = CRD.replace("            required: [size]", "            x-kubernetes-validations: [{rule: self.size > 1}]")
    told = Cluster(nodes=1).apply(text)
    assert any("x-kubernetes-validations" in note for note in told.notes)


def test_rights_to_objects_of_a_kind_that_was_learnt_can_be_asked_for():
    cluster = Cluster()
    cluster.apply(CRD)
    cluster.run()
    run(cluster, "kubectl create role seeing --verb=list --resource=widgets.example.com")
    run(cluster, "kubectl create rolebinding jane --role=seeing --user=jane")
    assert cluster.can_i("list", "widgets", user="jane").allowed
    assert not cluster.can_i("delete", "widgets", user="jane").allowed
    assert "jane" in str(cluster.who_can("list", "widgets"))
