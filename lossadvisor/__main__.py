"""`python -m lossadvisor`."""

import sys

from lossadvisor.cli import main

sys.exit(main())
