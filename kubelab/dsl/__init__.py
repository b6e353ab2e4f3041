"""The language: text to objects and back. Each phase can be opened on its own.

    parse(text)         the syntax tree
    compile_text(text)  the objects, machines and expectations that it says
    format_text(text)   the same text in its canonical layout
    to_source(objects)  the text that says these objects
    sniff(text)         whether a text is this language, YAML or JSON

Mistakes are data (`kubelab.errors.Mistake`), all of them at once, in a `kubelab.errors.SourceError`. Importing this
package is cheap; the parser is built when the first text is read.
"""

from kubelab.dsl.compiler import compile_text, parse
from kubelab.dsl.mistakes import render
from kubelab.dsl.program import Program

__all__ = ["Program", "compile_text", "parse", "render"]
