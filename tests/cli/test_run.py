"""`kubelab run`: what it prints where, how far it goes, and what it ends with."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kubelab.cli.progress import Progress

Call = Callable[..., tuple[int, str, str]]

WEB = "deployment web x3 nginx:1.27\nservice web -> deployment web port 80\n"
TRACE_KEYS = ["step", "time", "actor", "verb", "object", "reason", "message", "cause", "outcome", "changes"]


@pytest.fixture
def web(tmp_path: Path) -> str:
    """A program in the folder of the commands."""
    (tmp_path / "web.kube").write_text(WEB)
    return "web.kube"


def test_it_says_what_was_applied_and_how_it_ended(kubelab: Call, web: str) -> None:
    code, out, err = kubelab("run", web)
    assert code == 0
    assert "Deployment web created" in out
    assert "the cluster has settled" in out
    assert err == ""


def test_a_trace_in_json_is_one_object_a_line_with_a_cause_before_each_effect(kubelab: Call, web: str) -> None:
    code, out, err = kubelab("run", web, "--trace", "json")
    assert code == 0
    steps = [json.loads(line) for line in out.splitlines()]
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    assert all(set(TRACE_KEYS) <= set(step) for step in steps)
    assert all(step["cause"] is None or step["cause"] < step["step"] for step in steps)
    assert {"kind", "namespace", "name"} <= set(steps[0]["object"])
    bound = [step for step in steps if step["actor"] == "kube-scheduler"]
    assert len(bound) == 3
    assert any(change["path"] == "spec.nodeName" for change in bound[0]["changes"])
    assert "the cluster has settled" in err, "the summary does not disturb the trace"


def test_a_trace_in_text_is_a_line_for_each_step_at_least(kubelab: Call, web: str) -> None:
    _, as_json, _ = kubelab("run", web, "--trace", "json")
    code, out, _ = kubelab("run", web, "--trace", "text")
    assert code == 0
    assert len(out.splitlines()) >= len(as_json.splitlines())
    assert "deployment-controller" in out


def test_the_same_program_gives_the_same_bytes_everywhere(shell: Call, web: str) -> None:
    worlds = (
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
    )
    traces = [shell("run", web, "--trace", "json", env={**os.environ, **world}) for world in worlds]
    assert traces[0][0] == 0 and traces[0][1]
    assert {trace[:2] for trace in traces} == {traces[0][:2]}


def test_get_prints_objects_as_kubectl_does(kubelab: Call, web: str) -> None:
    code, out, _ = kubelab("run", web, "--get", "pods,services", "-o", "name")
    assert code == 0
    names = out.split()
    assert sum(name.startswith("pod/web-") for name in names) == 3
    assert "service/web" in names

    _, table, _ = kubelab("run", web, "--get", "pods")
    header, *rows = table.splitlines()
    assert header.split()[-4:] == ["READY", "STATUS", "RESTARTS", "AGE"]
    assert [row.split()[-3] for row in rows] == ["Running"] * 3

    _, text, _ = kubelab("run", web, "--get", "deployments", "-o", "json")
    assert json.loads(text)["items"][0]["status"]["readyReplicas"] == 3


def test_a_program_without_nodes_gets_three(kubelab: Call, web: str) -> None:
    _, out, _ = kubelab("run", web, "--get", "nodes", "-o", "name")
    assert out.split() == ["node/worker-1", "node/worker-2", "node/worker-3"]


def test_nodes_are_as_many_as_asked_besides_those_of_the_program(kubelab: Call, tmp_path: Path) -> None:
    (tmp_path / "own.kube").write_text("cluster {\n  node big cpu 32\n}\n")
    assert kubelab("run", "own.kube", "--get", "nodes", "-o", "name")[1].split() == ["node/big"]
    _, out, _ = kubelab("run", "own.kube", "--nodes", "2", "--get", "nodes", "-o", "name")
    assert out.split() == ["node/big", "node/worker-1", "node/worker-2"]


def test_several_files_a_folder_and_stdin_are_one_program(shell: Call, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "1.kube").write_text("pod one nginx:1.27")
    (folder / "2.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: two}\nspec: {containers: [{name: c, image: nginx}]}\n"
    )
    (tmp_path / "node.kube").write_text("cluster {\n  node only\n}\n")
    arguments = ("folder", "-", "node.kube", "--get", "pods,nodes", "-o", "name")
    code, out, err = shell("run", *arguments, given="pod three nginx:1.27")
    assert code == 0, err
    assert out.split() == ["pod/one", "pod/three", "pod/two", "node/only"]


def test_steps_are_made_one_by_one(kubelab: Call, web: str) -> None:
    _, whole, _ = kubelab("run", web, "--trace", "json")
    code, none, _ = kubelab("run", web, "--trace", "json", "--steps", "0")
    assert code == 0
    applied = len(none.splitlines())
    _, some, err = kubelab("run", web, "--trace", "json", "--steps", "5")
    assert some.splitlines() == whole.splitlines()[: applied + 5]
    assert "5 steps" in err
    _, all_of_them, err = kubelab("run", web, "--trace", "json", "--steps", "100000")
    assert all_of_them == whole
    assert "the cluster has settled" in err


def test_a_condition_ends_the_run_as_soon_as_it_holds(kubelab: Call, web: str) -> None:
    code, out, _ = kubelab("run", web, "--until", "1 pods app=web Running", "--get", "pods")
    assert code == 0
    assert out.count("Running") == 1


def test_a_condition_that_is_never_reached_is_a_failure(kubelab: Call, web: str) -> None:
    code, out, _ = kubelab("run", web, "--until", "4 pods app=web Running")
    assert code == 1
    assert "the condition does not hold" in out


def test_a_condition_that_cannot_be_read_is_shown_with_its_place(kubelab: Call, web: str) -> None:
    code, out, err = kubelab("run", web, "--until", "4 podz app=web Running")
    assert code == 2
    assert out == ""
    assert "^^^^" in err and "did you mean" in err


def test_a_length_of_time_lets_the_clock_go_on_after_the_cluster_has_settled(kubelab: Call, web: str) -> None:
    _, settled, _ = kubelab("run", web, "--get", "pods")
    code, later, _ = kubelab("run", web, "--get", "pods", "--until", "10m")
    assert code == 0
    assert {row.split()[-1] for row in later.splitlines()[1:]} == {"10m"}
    assert later != settled


def test_an_expectation_that_is_not_met_is_a_failure(kubelab: Call, tmp_path: Path) -> None:
    (tmp_path / "met.kube").write_text(WEB + "expect 3 pods app=web Running\n")
    assert kubelab("run", "met.kube")[0] == 0
    (tmp_path / "unmet.kube").write_text(WEB + "expect 2 pods app=web Running\n")
    code, out, _ = kubelab("run", "unmet.kube")
    assert code == 1
    assert "2 pods app=web Running" in out


def test_mistakes_of_all_files_are_shown_and_nothing_runs(shell: Call, tmp_path: Path) -> None:
    (tmp_path / "a.kube").write_text("deploiment web nginx\n")
    (tmp_path / "b.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containes: []}\n")
    code, out, err = shell("run", "a.kube", "b.yaml", "--trace", "json")
    assert code == 2
    assert out == ""
    assert "a.kube" in err and "deployment" in err
    assert 'unknown field "spec.containes"' in err
    assert "Traceback" not in err


def test_what_the_api_server_refuses_is_no_traceback_either(shell: Call) -> None:
    code, out, err = shell("run", "-", given="pod UPPER nginx:1.27\n")
    assert code == 2
    assert "lower case" in err
    assert "Traceback" not in err + out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("run",),
        ("run", "missing.kube"),
        ("run", "web.kube", "--steps", "-1"),
        ("run", "web.kube", "--steps", "1", "--until", "5m"),
        ("run", "web.kube", "--trace", "xml"),
        ("run", "web.kube", "--color"),
        ("run", "web.kube", "--get", "unicorns"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_says_so(kubelab: Call, web: str, arguments: tuple[str, ...]) -> None:
    code, _, err = kubelab(*arguments)
    assert code == 2
    assert err.strip()


def test_warnings_and_what_has_no_effect_are_told_beside_the_answer(kubelab: Call, tmp_path: Path) -> None:
    (tmp_path / "w.kube").write_text("pod a nginx:1.27 {\n  env X from secret nowhere.key\n}\n")
    code, out, err = kubelab("run", "w.kube", "--steps", "0", "--get", "pods", "-o", "name")
    assert (code, out) == (0, "pod/a\n")
    assert err.startswith("w.kube:2:21: warning: there is no Secret `nowhere` here\n")
    assert err.splitlines()[2].endswith(" ^^^^^^^^^^^")


def test_a_kind_that_does_not_exist_is_told_before_the_run(kubelab: Call, web: str) -> None:
    code, out, err = kubelab("run", web, "--trace", "text", "--get", "nosuch")
    assert (code, out) == (2, "")
    assert 'resource type "nosuch"' in err


def test_an_interrupted_run_is_whole_at_its_last_step(kubelab: Call, web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole, _ = kubelab("run", web, "--trace", "json")
    calls = 0

    def interrupt(self: Progress, state: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 40:
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "__call__", interrupt)
    code, out, err = kubelab("run", web, "--trace", "json")
    assert code == 130
    assert "interrupted" in err
    assert out and whole.startswith(out) and out != whole

    calls = 30
    code, out, err = kubelab("run", web, "--trace", "json", "--steps", "1000")
    assert code == 130
    assert "interrupted" in err
    assert whole.startswith(out)


def test_a_long_run_on_a_terminal_shows_where_it_is_and_can_be_interrupted(tmp_path: Path) -> None:
    (tmp_path / "crash.kube").write_text("deployment web x50 nginx:1.27 {\n  crashes\n}\n")
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kubelab", "run", "crash.kube", "--until", "90000h", "--get", "nodes"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=end,
        text=True,
        # Whoever runs the tests in the background of a shell has SIGINT ignored, and a child inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(end)
    shown = read_until(terminal, "of virtual time", process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    shown += drain(terminal)
    assert process.returncode == 130
    assert "worker-1" in out
    assert "interrupted" in shown
    assert "Traceback" not in shown


def read_until(terminal: int, words: str, process: "subprocess.Popen[str]") -> str:
    shown, until = "", time.monotonic() + 60
    while words not in shown:
        assert time.monotonic() < until and process.poll() is None, shown
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65536).decode()
    return shown


def drain(terminal: int) -> str:
    shown = b""
    try:
        while select.select([terminal], [], [], 0.2)[0] and (more := os.read(terminal, 65536)):
            shown += more
    except OSError:
        pass  # how Linux says that the other end of a terminal is closed
    return shown.decode()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path, web: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kubelab", "run", web, "--trace", "json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    assert process.wait(timeout=60) == 0
    process.stderr.close()
