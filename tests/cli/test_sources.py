"""Which files a command reads, and what it says about those it cannot."""

import io
from pathlib import Path

import pytest

from kubelab.cli import sources
from kubelab.errors import UsageError


def test_the_suffix_says_the_language(tmp_path: Path) -> None:
    for name in ("a.kube", "b.yaml", "c.yml", "d.json"):
        (tmp_path / name).write_text(name)
    read = sources.read([str(tmp_path / name) for name in ("b.yaml", "a.kube", "c.yml", "d.json")])
    assert [(source.text, source.language) for source in read] == [
        ("b.yaml", "yaml"),
        ("a.kube", "kube"),
        ("c.yml", "yaml"),
        ("d.json", "yaml"),
    ]


def test_a_folder_is_its_files_by_name_and_nothing_else(tmp_path: Path) -> None:
    for name in ("2.yaml", "10.kube", "README.md", "1.json"):
        (tmp_path / name).write_text("")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "deep.kube").write_text("")
    assert [Path(source.name).name for source in sources.read([str(tmp_path)])] == ["1.json", "10.kube", "2.yaml"]


def test_a_dash_is_what_is_piped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("pod a nginx"))
    assert sources.read(["-"]) == (sources.Source("<stdin>", "pod a nginx", None),)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.kube", None, "missing.kube: no such file or folder"),
        ("notes.txt", b"x", "notes.txt: a .kube, .yaml, .yml or .json file was expected"),
        ("latin.kube", b"pod caf\xe9", "latin.kube: not a text in UTF-8 (byte 7)"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError) as caught:
        sources.read([str(tmp_path / name)])
    assert str(caught.value) == f"{tmp_path}/{message}"


def test_a_folder_without_programs_is_no_mistake_to_pass_over(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \.kube, \.yaml, \.yml or \.json file in this folder"):
        sources.read([str(tmp_path)])


def test_files_that_are_given_together_speak_of_one_another(kubelab, tmp_path):
    (tmp_path / "a.kube").write_text("service web -> deployment web\n")
    (tmp_path / "b.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n"
        "  selector: {matchLabels: {tier: front}}\n  template:\n    metadata: {labels: {tier: front}}\n"
        "    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 8080}]}]}\n"
    )
    code, out, err = kubelab("compile", "a.kube", "b.yaml")
    assert (code, err) == (0, "")
    assert "tier: front" in out.partition("---")[0]
    assert "port: 8080" in out.partition("---")[0]
    assert "on which port is not said" in kubelab("compile", "a.kube")[2]
