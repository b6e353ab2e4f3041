"""`kubelab lesson`: write, save and check lessons."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from kubelab.cli import FAILED, OK
from kubelab.course import checking, lesson, translation
from kubelab.errors import UsageError

Act = Callable[[argparse.Namespace], int]


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's arguments: what is to be done, and to which lessons."""
    acts = command.add_subparsers(metavar="ACT", required=True, title="acts")
    made = acts.add_parser("new", help="begin a lesson from the template")
    made.add_argument("file", type=Path, metavar="FILE", help="the notebook to be made: 07-rollouts.ipynb")
    made.add_argument("--title", default="", help="its title; taken from the name if it is not given")
    made.set_defaults(act=_new)
    check = acts.add_parser("check", help="everything that is wrong with lessons, their predictions and exercises")
    check.add_argument("files", type=Path, nargs="*", metavar="FILE", help="default: all lessons")
    check.add_argument("--trials", type=Path, metavar="FILE", help="what is tried in its exercises, if not where it is")
    check.add_argument("--once", action="store_true", help="execute it once, not twice")
    check.set_defaults(act=_check)
    save = acts.add_parser("save", help="execute lessons, take out what differs from run to run, save them")
    save.add_argument("files", type=Path, nargs="*", metavar="FILE", help="default: all lessons")
    save.set_defaults(act=_save)
    text = acts.add_parser("text", help="the prose of a lesson as a .po file, or put back in another language")
    text.add_argument("file", type=Path, metavar="FILE", help="the lesson")
    way = text.add_mutually_exclusive_group(required=True)
    way.add_argument("--export", type=Path, metavar="PO", help="write its texts to this file, to be translated")
    way.add_argument("--merge", type=Path, metavar="PO", help="take the translations of this file")
    text.add_argument("-o", "--output", type=Path, metavar="FILE", help="the translated lesson")
    text.set_defaults(act=_text)


def carry_out(options: argparse.Namespace) -> int:
    """Do it; FAILED where a lesson is not as it should be.

    Raises:
        UsageError: a file cannot be used, or Jupyter is not installed.
    """
    act: Act = options.act
    return act(options)


def _new(options: argparse.Namespace) -> int:
    path: Path = options.file.with_suffix(".ipynb")
    if path.exists():
        raise UsageError(f"{path}: there is such a file already")
    words = path.stem.lstrip("0123456789-").replace("-", " ")
    title = options.title or f"{words[:1].upper()}{words[1:]}"
    _write(path, lesson.new(path, title))
    print(f"{path}: written; run `kubelab lesson save {path}` to fill in its outputs")
    return OK


def _check(options: argparse.Namespace) -> int:
    code = OK
    for path in options.files or sorted(lesson.LESSONS.glob("*.ipynb")):
        try:
            wrong = list(checking.problems(path, options.trials, not options.once))
        except lesson.Failed as failure:
            wrong = [str(failure)]
        code = FAILED if wrong else code
        print("\n  ".join([f"{path.name}: {'well' if not wrong else f'{len(wrong)} wrong'}", *wrong]), flush=True)
    return code


def _save(options: argparse.Namespace) -> int:
    code = OK
    for path in options.files or sorted(lesson.LESSONS.glob("*.ipynb")):
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        try:
            after = lesson.saved(path)
        except lesson.Failed as failure:
            print(f"{path}: {failure}", file=sys.stderr)
            code = FAILED
            continue
        wrong = list(lesson.complaints(after))
        code = FAILED if wrong else code
        state = "as it was" if before == after else "saved"
        print("\n    ".join([f"{path.name}: {len(after.encode()):,} bytes, {state}", *wrong]))
        _write(path, after)
    return code


def _text(options: argparse.Namespace) -> int:
    notebook = lesson.read(options.file)
    if options.export is not None:
        _write(options.export, translation.catalogue(notebook))
        print(f"{options.export}: {len(dict.fromkeys(translation.texts(notebook)))} texts")
        return OK
    if options.output is None:
        raise UsageError("--merge needs -o: the translated lesson is another file")
    try:
        known = translation.read(options.merge.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{options.merge}: {error.strerror}") from error
    _write(options.output, lesson.text_of(lesson.stripped(translation.translated(notebook, known))))
    print(f"{options.output}: written; run `kubelab lesson save {options.output}` to fill in its outputs")
    return OK


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
