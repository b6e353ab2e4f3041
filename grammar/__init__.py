"""The grammars by themselves: Lark files that are also the documentation of what may be written."""
