"""What holds for every test: no unannounced warning, and long counts only with `--full`.

A log record or a Qt message of level WARNING or above fails the test that made it, unless the
test said before that it would come: `expect_log("connection lost")`. What was announced and did
not come fails the test too.
"""

import gc
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "database": None, "print_blob": True}
settings.register_profile(
    "short",
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    **COMMON,
)
settings.register_profile("full", max_examples=1000, **COMMON)

YOUNG, MIDDLE, OLD = 5_000, 10, 20
"""Objects, and rounds of the generation before, after which cycles are looked for."""

# Said by the test platform, not by the product.
OF_THE_PLATFORM = (
    re.compile(r"This plugin does not support (propagateSizeHints|raise|grabbing)"),
    re.compile(r"QStandardPaths: (XDG_RUNTIME_DIR not set|runtime directory)"),
    # Qt WebEngine without a GPU
    re.compile(r"QRhiGles2: Failed to create|Failed to create RHI for backend"),
    re.compile(r"createPlatformVulkanInstance|Failed to initialize Vulkan|GBM is not supported"),
    re.compile(r"GPUInfo not initialized on GpuInfoUpdate"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--full`: with the tests marked full, and many examples for every property."""
    parser.addoption("--full", action="store_true", help="run everything, with full counts")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the number of examples."""
    settings.load_profile("full" if config.getoption("--full") else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the full counts to `make test-all`."""
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="full counts run with --full"))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Say what ended a test process that ended by itself; the runner says only that it did."""
    process = getattr(getattr(node.gateway, "_io", None), "popen", None)
    if error and process is not None:
        code = process.wait(10)
        sys.__stderr__.write(f"\n{node.gateway.id} ended with {code}: {error}\n")


@pytest.fixture(autouse=True, scope="session")
def collected_here() -> Iterator[None]:
    """Cycles are collected between tests, in the main thread. Left to itself Python does so in any
    thread, and where it meets a page of Chromium there the test process ends without a word."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()


def collect_all() -> None:
    """A whole round. It finds what tests long ago left open, which is not this one's fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def pytest_runtest_teardown() -> None:
    """Collect what is due, as Python itself would."""
    young, middle, old = gc.get_count()
    if young >= YOUNG and old < OLD:
        gc.collect(1 if middle >= MIDDLE else 0)
    elif young >= YOUNG:
        collect_all()


class Watch(logging.Handler):
    """Collects warnings; call it with a regular expression to announce one."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self.announced: list[re.Pattern[str]] = []

    def __call__(self, pattern: str) -> None:
        """Say that at least one record whose `logger: text` matches will come."""
        self.announced.append(re.compile(pattern))

    def emit(self, record: logging.LogRecord) -> None:
        """A record of level WARNING or above."""
        self.said.append(f"{record.name}: {record.getMessage()}")

    def on_qt(self, kind: Any, context: Any, text: str) -> None:
        """A message of Qt; debug and info are let pass."""
        if kind.name in ("QtWarningMsg", "QtCriticalMsg", "QtFatalMsg"):
            self.said.append(f"qt: {text}")

    def complaints(self) -> list[str]:
        """What came unannounced, and what was announced and did not come."""
        found = [
            f"not announced: {text}"
            for text in self.said
            if not any(known.search(text) for known in (*self.announced, *OF_THE_PLATFORM))
        ]
        found += [
            f"announced, did not come: {pattern.pattern}"
            for pattern in self.announced
            if not any(pattern.search(text) for text in self.said)
        ]
        return found


@pytest.fixture(autouse=True)
def expect_log() -> Iterator[Watch]:
    """Announce a warning: `expect_log(r"feed .* lost")`."""
    watch = Watch()
    root = logging.getLogger()
    root.addHandler(watch)
    core = sys.modules.get("PySide6.QtCore")
    before = core.qInstallMessageHandler(watch.on_qt) if core else None
    yield watch
    if core:
        core.qInstallMessageHandler(before)
    root.removeHandler(watch)
    complaints = watch.complaints()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)
