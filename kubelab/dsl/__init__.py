"""The language: text to objects and back. Each phase can be opened on its own.

    parse(text)            the syntax tree
    compile_text(text)     the objects, machines and expectations that it says
    parse_condition(text)  one condition, such as ``3 pods app=web Running``
    format_text(text)      the same text in its canonical layout
    to_source(objects)     the text that says these objects
    sniff(text)            whether a text is this language, YAML or JSON

Mistakes are data (`kubelab.errors.Mistake`), all of them at once, in a `kubelab.errors.SourceError`. Importing this
package is cheap; the parser is built when the first text is read.
"""

from kubelab.dsl.compiler import compile_text, parse, parse_condition
from kubelab.dsl.formatter import format_text
from kubelab.dsl.mistakes import render
from kubelab.dsl.program import Program
from kubelab.dsl.sniff import sniff
from kubelab.dsl.source import to_source

__all__ = ["Program", "compile_text", "format_text", "parse", "parse_condition", "render", "sniff", "to_source"]
