"""`python -m kubelab`: the command line where the `kubelab` script is not on PATH."""

import sys

from kubelab.cli import main

if __name__ == "__main__":
    sys.exit(main())
