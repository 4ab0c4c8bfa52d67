"""``python -m e2spark``: which version this is, and which jar it uses."""

import sys

from e2spark import __version__
from e2spark.jar import JarError, find

print(f"e2spark {__version__}")
try:
    print(f"jar: {find()}")
except JarError as error:
    print(f"jar: none. {error}")
    sys.exit(1)
