"""`kubelab compile`, `import` and `fmt`: texts in, texts out."""

import json
from collections.abc import Callable
from pathlib import Path

import yaml

Call = Callable[..., tuple[int, str, str]]

WEB = "deployment web x3 nginx:1.27 {\n  port http 80\n}\nservice web -> deployment web port 80\n"


def test_compile_prints_yaml_documents_or_a_json_list(kubelab: Call, tmp_path: Path) -> None:
    (tmp_path / "web.kube").write_text(WEB)
    code, as_yaml, _ = kubelab("compile", "web.kube")
    assert code == 0
    documents = list(yaml.safe_load_all(as_yaml))
    assert [document["kind"] for document in documents] == ["Deployment", "Service"]
    assert documents[0]["spec"]["replicas"] == 3

    code, as_json, _ = kubelab("compile", "web.kube", "-o", "json")
    assert code == 0
    assert json.loads(as_json)["items"] == documents


def test_what_compile_prints_can_be_imported_and_means_the_same(shell: Call, tmp_path: Path) -> None:
    (tmp_path / "web.kube").write_text(WEB)
    _, as_yaml, _ = shell("compile", "web.kube")
    code, source, err = shell("import", "-", given=as_yaml)
    assert code == 0, err
    (tmp_path / "back.kube").write_text(source)
    assert shell("compile", "back.kube")[1] == as_yaml
    assert "deployment web x3 nginx:1.27" in source


def test_import_takes_several_files_and_refuses_what_is_no_manifest(kubelab: Call, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(
            json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"K": name}})
        )
    code, out, _ = kubelab("import", "a.json", "b.json")
    assert code == 0
    assert out.index("config a") < out.index("config b")

    (tmp_path / "bad.yaml").write_text("kind: Unicorn\napiVersion: v1\n")
    code, out, err = kubelab("import", "bad.yaml")
    assert (code, out) == (2, "")
    assert 'no matches for kind "Unicorn"' in err


def test_fmt_rewrites_files_and_a_second_time_leaves_them(kubelab: Call, tmp_path: Path) -> None:
    program = tmp_path / "web.kube"
    program.write_text("# the front\ndeployment    web x3   nginx:1.27   {\nport http 80 }\n")
    code, out, err = kubelab("fmt", "web.kube")
    assert code == 0
    assert "web.kube" in err
    formatted = program.read_text()
    assert formatted.startswith("# the front\ndeployment web x3 nginx:1.27 {\n  port http 80\n}")
    assert out == ""

    code, _, err = kubelab("fmt", "web.kube")
    assert (code, err) == (0, "")
    assert program.read_text() == formatted


def test_fmt_check_changes_nothing_and_fails(kubelab: Call, tmp_path: Path) -> None:
    program = tmp_path / "web.kube"
    program.write_text("pod   a   nginx\n")
    code, _, err = kubelab("fmt", "--check", "web.kube")
    assert code == 1
    assert "web.kube" in err
    assert program.read_text() == "pod   a   nginx\n"
    (tmp_path / "web.kube").write_text("pod a nginx\n")
    assert kubelab("fmt", "--check", "web.kube")[0] == 0


def test_fmt_of_stdin_goes_to_stdout(shell: Call) -> None:
    assert shell("fmt", "-", given="pod   a   nginx\n")[:2] == (0, "pod a nginx\n")


def test_fmt_leaves_every_file_alone_when_one_has_mistakes(kubelab: Call, tmp_path: Path) -> None:
    (tmp_path / "good.kube").write_text("pod   a   nginx\n")
    (tmp_path / "bad.kube").write_text("pod {{{\n")
    code, _, err = kubelab("fmt", "good.kube", "bad.kube")
    assert code == 2
    assert "bad.kube" in err
    assert (tmp_path / "good.kube").read_text() == "pod   a   nginx\n"
