from __future__ import annotations

import sys
from pathlib import Path

# With `--import-mode=importlib` a test file does not find its neighbours by itself.
sys.path.insert(0, str(Path(__file__).parent))
