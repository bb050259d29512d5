"""What the tests share: where things are, the command line in a process of its own, and the demo plugin."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORPORA = ROOT / "corpora"
PLUGIN = Path(__file__).parent / "plugin"


#: What a person who runs the tests may have set: no test may reach a service with it.
VENDORS = ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST")


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, without settings of the outside."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("QAEXTRACT_")]:
        monkeypatch.delenv(name)
    for name in VENDORS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Command:
    """`qaextract ...` in a process of its own, as a person would run it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("QAEXTRACT_") and k not in VENDORS}

    def __call__(self, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **environ)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start(self, *arguments: object, **environ: str) -> subprocess.Popen[str]:
        """The process, running."""
        return subprocess.Popen(
            [sys.executable, "-m", "qaextract", *map(str, arguments)],
            cwd=self.folder,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )


@pytest.fixture
def qaextract_command(workdir: Path) -> Command:
    """The command line, run in an empty folder."""
    return Command(workdir)


@pytest.fixture(scope="session")
def plugin_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PYTHONPATH on which the demo plugin is installed."""
    folder = tmp_path_factory.mktemp("plugin")
    sys.path.insert(0, str(PLUGIN))
    try:
        importlib.import_module("demo_plugin").offer(folder)
    finally:
        sys.path.remove(str(PLUGIN))
    return os.pathsep.join([str(folder), str(PLUGIN)])


@pytest.fixture
def demo_plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """The demo plugin, registered in this process."""
    from qaextract import points

    monkeypatch.syspath_prepend(str(PLUGIN))
    module = importlib.import_module("demo_plugin")
    before = {name: dict(registry._classes) for name, registry in points.REGISTRIES.items()}
    names = {
        "parsers": {"demo_text": module.DemoText},
        "chunkers": {"demo_lines": module.DemoLines},
        "recipes": {"demo_found": module.DemoFound, "demo_asked": module.DemoAsked, "demo_prompt": module.DemoPrompt},
        "providers": {"demo_echo": module.DemoEcho},
        "validators": {"demo_polite": module.DemoPolite},
        "exporters": {"demo_list": module.DemoList},
        "executors": {"demo_backwards": module.DemoBackwards},
    }
    for plural, classes in names.items():
        points.REGISTRIES[plural].names()
        before[plural] = dict(points.REGISTRIES[plural]._classes)
        for name, cls in classes.items():
            points.REGISTRIES[plural].register(name)(cls)
    yield module
    for plural, classes_before in before.items():
        points.REGISTRIES[plural]._classes.clear()
        points.REGISTRIES[plural]._classes.update(classes_before)
