"""`%%kube` and `%kube` in an IPython shell."""

import html
import json
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kubelab import Cluster
from kubelab.errors import KubelabError, SourceError, UsageError
from kubelab.notebook import Player
from kubelab.notebook.commands import COMMANDS
from kubelab.notebook.magics import OPTIONS

WEB = "deployment web x3 nginx:1.27\n"
YAML = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  LEVEL: debug\n"


def kube(shell: InteractiveShell, line: str) -> Any:
    return shell.run_line_magic("kube", line)


def cell(shell: InteractiveShell, text: str, line: str = "") -> Any:
    return shell.run_cell_magic("kube", line, text)


def cluster_of(shell: InteractiveShell) -> Cluster:
    found: Cluster = shell.magics_manager.magics["line"]["kube"].__self__.session.cluster
    return found


def test_a_cell_is_applied_and_shows_the_player(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    player = cell(shell, WEB)
    assert isinstance(player, Player)
    assert capsys.readouterr().out == "deployment.apps/web created\n"
    assert player.cluster is cluster_of(shell)
    assert player.index == 1


def test_yaml_and_json_are_read_too(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, YAML)
    cell(shell, json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}))
    assert capsys.readouterr().out == "configmap/settings created\nnamespace/shop created\n"


def test_a_mistake_is_shown_where_it_is_and_leaves_the_cluster_as_it_was(
    shell: InteractiveShell, shown: list[str]
) -> None:
    cell(shell, WEB)
    before = repr(cluster_of(shell))
    shell.run_cell("%%kube --fresh\nservice ok -> deployment web port 80\ndeploymant web x3 nginx\n")
    text = "\n".join(shown)
    assert "line 3, column 1" in text
    assert "did you mean `deployment`?" in text
    assert "Traceback" not in text
    assert repr(cluster_of(shell)) == before


@pytest.mark.parametrize("text", ["%kube kil worker-1", "%kube goto 99", "%kube kill nowhere", "%kube explain 99"])
def test_no_error_shows_a_traceback(shell: InteractiveShell, shown: list[str], text: str) -> None:
    cell(shell, WEB)
    result = shell.run_cell(text)
    assert isinstance(result.error_in_exec, KubelabError)
    assert shown == str(result.error_in_exec).splitlines()


def test_a_run_belongs_to_the_cell(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert cell(shell, WEB, "--run").index == len(cluster_of(shell).timeline)
    assert "the cluster has settled" in capsys.readouterr().out
    assert cell(shell, "deployment web x5 nginx:1.27", "--until '4 pods Running' --view owners").view == "owners"
    assert "the condition holds" in capsys.readouterr().out
    assert cell(shell, WEB, "--for 90s --quiet") is None
    assert capsys.readouterr().out == ""


def test_steps_and_where_to_look(shell: InteractiveShell) -> None:
    player = cell(shell, WEB, "--steps 5 --at 3 --stride reconcile")
    assert (player.index, player.length, player.stride) == (3, 6, "reconcile")


def test_what_a_program_expects_is_checked(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, WEB + "expect 4 pods app=web Running\n", "--run")
    assert "✗" in capsys.readouterr().out
    assert "✗" in kube(shell, "check")


def test_clusters_have_names(shell: InteractiveShell) -> None:
    cell(shell, WEB, "--cluster blue")
    cell(shell, YAML, "--cluster green --nodes 5")
    assert cluster_of(shell).view.count("Node") == 5
    kube(shell, "cluster blue")
    assert cluster_of(shell).view.count("Deployment") == 1
    assert kube(shell, "cluster").startswith("* blue  <Cluster: 3 nodes")
    with pytest.raises(UsageError, match="did you mean `green`"):
        kube(shell, "cluster gren")
    with pytest.raises(UsageError, match="add --fresh"):
        cell(shell, WEB, "--nodes 2")
    cell(shell, WEB, "--nodes 2 --fresh")
    assert cluster_of(shell).view.count("Node") == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--veiw owners", "did you mean `--view`?"),
        ("--view ownrs", "did you mean `owners`?"),
        ("--steps many", "--steps needs a whole number"),
        ("--steps", "--steps needs a value: --steps N"),
        ("--run --steps 3", "--steps and --run do not go together"),
        ("--language latin", "there is no language 'latin'"),
        ("--stride leap", "there is no step size 'leap'"),
        ("--run=now", "--run takes no value"),
        ("step", "'step' is no option of %%kube"),
        ("--view 'own", "a quote is not closed"),
    ],
)
def test_an_option_that_is_wrong_is_told_before_anything_is_done(shell: InteractiveShell, line: str, said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        cell(shell, WEB, line)
    assert said in str(refusal.value)
    assert "not started" in repr(cluster_of(shell))


def test_a_condition_that_cannot_be_read_is_told_before_anything_is_done(shell: InteractiveShell) -> None:
    with pytest.raises(SourceError):
        cell(shell, WEB, "--until '3 podz Running'")
    assert "not started" in repr(cluster_of(shell))


def test_the_help_names_every_option_and_every_command(shell: InteractiveShell) -> None:
    options = str(shell.run_cell("%%kube --help").result)
    assert [option.name for option in OPTIONS if f"--{option.name}" not in options] == []
    commands = str(kube(shell, "help"))
    assert [name for name in COMMANDS if f"\n  {name}" not in commands] == []
    assert str(kube(shell, "help kill")) == "%kube kill NODE\n    switch the machine of a node off"
    assert str(kube(shell, "kill --help")) == str(kube(shell, "help kill"))


def test_a_cell_without_a_body_shows_the_player(shell: InteractiveShell) -> None:
    cell(shell, WEB)
    player = shell.run_cell("%%kube --view owners\n").result
    assert (player.view, player.index) == ("owners", 1)


def test_commands_go_along_the_timeline(shell: InteractiveShell) -> None:
    cell(shell, WEB)
    assert kube(shell, "step").startswith("step 2: deployment-controller created ReplicaSet")
    assert kube(shell, "step 3").startswith("step 5: ")
    assert kube(shell, "back 2").startswith("step 3: ")
    assert kube(shell, "goto 0") == "step 0: the cluster at the start"
    assert kube(shell, "step reconcile").startswith("step 1: You created Deployment web")
    assert "the cluster has settled" in kube(shell, "run")
    assert kube(shell, "goto -1") == kube(shell, f"goto {len(cluster_of(shell).timeline)}")


def test_commands_go_from_branch_to_branch(shell: InteractiveShell) -> None:
    cell(shell, WEB, "--run")
    kube(shell, "goto 5")
    assert kube(shell, "fork other") == "branch other, which leaves the other one at step 5"
    assert kube(shell, "branches") == "  main\n* other"
    assert kube(shell, "switch main").startswith("branch main, step 5 of ")
    actions = kube(shell, "enabled").splitlines()
    assert actions[0].lstrip().startswith("0  ")
    kube(shell, f"perform {len(actions) - 1}")
    assert len(cluster_of(shell).branches) == 3


def test_commands_break_things(shell: InteractiveShell) -> None:
    cell(shell, WEB, "--run")
    pod = cluster_of(shell).view.list("Pod")[0].metadata.name
    assert "exit code 1" in kube(shell, f"fail pod {pod}")
    assert "worker-1 was switched off" in kube(shell, "kill worker-1")
    assert "switched on" in kube(shell, "revive worker-1")
    assert "kube-scheduler was stopped" in kube(shell, "stop kube-scheduler").lower()
    assert "started" in kube(shell, "start kube-scheduler")
    assert "2 s late" in kube(shell, "delay kubelet 2s")
    assert "worker-2 was switched off" in kube(shell, "fail node worker-2")
    assert kube(shell, f"delete pod {pod} --grace-period 0").startswith("step ")
    assert cluster_of(shell).view.get("Pod", "default", pod) is None


def test_a_run_stops_at_a_breakpoint(shell: InteractiveShell) -> None:
    cell(shell, WEB)
    assert kube(shell, "break kube-scheduler").endswith("break on component kube-scheduler")
    assert "a breakpoint was hit" in kube(shell, "run")
    transition = cluster_of(shell).timeline.at()
    assert transition is not None
    assert transition.actor == "kube-scheduler"
    assert kube(shell, "break --clear") == "no breakpoints"


def test_commands_ask(shell: InteractiveShell) -> None:
    cell(shell, WEB, "--run")
    assert kube(shell, "get deployments").splitlines()[0].split()[:2] == ["NAME", "READY"]
    assert kube(shell, "get deploy -o yaml").startswith("apiVersion: ")
    assert kube(shell, "get pods -n kube-system").startswith("No resources found")
    assert kube(shell, "why deployment/web") == kube(shell, "explain deployment/web")
    assert "step" in kube(shell, "explain 3").lower()
    assert len(kube(shell, "trace").splitlines()) == len(cluster_of(shell).timeline)
    assert kube(shell, "draw owners 3").text == cluster_of(shell).draw("owners", 3).text
    assert isinstance(kube(shell, "player owners"), Player)
    assert isinstance(kube(shell, ""), Player)


@pytest.mark.parametrize("suffix", ["html", "gif", "pdf", "svg", "png", "dot", "txt", "json"])
def test_what_is_seen_can_be_taken_away(shell: InteractiveShell, tmp_path: Path, suffix: str) -> None:
    needed = {"gif": "PIL", "pdf": "pypdf"}
    if suffix in needed:
        pytest.importorskip(needed[suffix], reason="needs the extra slides: pip install -e .[slides]")
    cell(shell, WEB, "--run")
    target = tmp_path / f"out.{suffix}"
    kube(shell, f"export '{target}'")
    starts = {
        "html": b"<!doctype html>",
        "svg": b"<svg",
        "png": b"\x89PNG",
        "dot": b"digraph",
        "json": b'{"step":1',
        "gif": b"GIF89a",
    }
    content = target.read_bytes()
    assert content.lstrip(b"// \n").startswith(starts.get(suffix, b"")), content[:80]
    assert len(content) > 200


def test_a_file_of_another_sort_is_refused(shell: InteractiveShell) -> None:
    with pytest.raises(UsageError, match=r"there is no sort of file '\.mp4'"):
        kube(shell, "export out.mp4")


def test_reset_begins_anew(shell: InteractiveShell) -> None:
    cell(shell, WEB)
    kube(shell, "reset 2")
    assert cluster_of(shell).view.count("Node") == 2
    assert len(cluster_of(shell).timeline) == 0


def test_what_is_done_in_the_past_says_that_it_made_a_branch(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(shell, WEB, "--run")
    kube(shell, "goto 2")
    said = str(kube(shell, "stop kube-scheduler"))
    assert said == "step 3: kube-scheduler was stopped.\non new branch branch-1, which leaves main at step 2"
    assert "branch" not in str(kube(shell, "start kube-scheduler"))
    kube(shell, "goto 1")
    capsys.readouterr()
    cell(shell, "deployment api x1 nginx:1.27\n")
    assert capsys.readouterr().out.endswith("on new branch branch-2, which leaves branch-1 at step 1\n")


@pytest.mark.parametrize("line", ["crash web-1", "crash web", "kill worker1", "revive worke-1"])
def test_a_fault_to_what_is_not_there_names_the_nearest(shell: InteractiveShell, line: str) -> None:
    cell(shell, WEB, "--run")
    pods, nodes = (cluster_of(shell).get(kind, "name").split() for kind in ("pods", "nodes"))
    nearest = (pods if line.startswith("crash") else nodes)[0].partition("/")[2]
    with pytest.raises(UsageError, match=f"did you mean `{nearest}`"):
        kube(shell, line)


def test_long_lines_break_between_words_on_a_page(shell: InteractiveShell) -> None:
    cell(shell, f"{WEB}expect at most 2 pods Running\n")
    kube(shell, "run")
    for line in ("check", "trace"):
        said = kube(shell, line)
        page = said._repr_html_()
        assert "word-break: normal" in page
        assert html.unescape(page.partition(">")[2].removesuffix("</pre>")) == repr(said)


def test_each_line_of_a_cell_is_shown(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    cell(shell, WEB, "--run")
    capsys.readouterr()
    lines = ("%kube step", "note = %kube get endpointslices", "%kube get deployments", "'unseen'", "%kube goto 1")
    result = shell.run_cell("\n".join(lines))
    out = capsys.readouterr().out
    assert out.index("is Ready.") < out.index("web ")
    assert "ADDRESSTYPE" not in out, "what is given a name is not shown"
    assert "unseen" not in out, "the rest is IPython's"
    assert str(result.result) == "step 1: You created Deployment web."
