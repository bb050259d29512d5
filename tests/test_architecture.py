"""The shape of the code: layers, no cycles, nothing heavy before it is needed."""

import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

import qaextract

PACKAGE = Path(qaextract.__file__).parent


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("qaextract", cache_dir=None)


def test_there_is_no_import_cycle_deferred_imports_included(graph):
    unfinished, finished = [], set()

    def visit(module):
        if module in finished:
            return
        assert module not in unfinished, f"cycle: {' -> '.join(unfinished)} -> {module}"
        unfinished.append(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            visit(imported)
        finished.add(unfinished.pop())

    for module in sorted(graph.modules):
        visit(module)


def test_a_component_imports_no_component_of_another_folder(graph):
    folders = ["parsers", "chunkers", "recipes", "providers", "validators", "exporters", "executors"]
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            ours, theirs = module.split(".")[1:2], imported.split(".")[1:2]
            if ours and ours[0] in folders and theirs and theirs[0] in folders:
                assert ours == theirs, f"{module} imports {imported}"


def run_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_help_imports_no_component_and_no_sdk():
    code = "import sys; from qaextract.cli import call; call(['--help']); print('\\n'.join(sys.modules))"
    modules = set(run_python(code))
    heavy = {
        "pymupdf",
        "anthropic",
        "openai",
        "genai_prices",
        "instructor",
        "numpy",
        "qaextract.points",
        "qaextract.api",
    }
    assert not modules & heavy


def test_import_qaextract_loads_nothing():
    modules = set(run_python("import sys, qaextract; print('\\n'.join(sys.modules))"))
    assert not {m for m in modules if m.startswith("qaextract.")} - {"qaextract"}


def test_the_public_names_are_sorted_few_and_there():
    assert qaextract.__all__ == sorted(qaextract.__all__)
    assert len(qaextract.__all__) <= 30
    assert all(getattr(qaextract, name) is not None for name in qaextract.__all__)


def test_no_module_is_longer_than_one_subject():
    long = {p.name: n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text().splitlines())) > 400}
    assert set(long) <= {"model.py"}, long  # the nouns stand together


def test_every_module_says_its_subject_first():
    for path in PACKAGE.rglob("*.py"):
        assert re.match(r'r?"""\S', path.read_text(encoding="utf-8")), path


def test_folders_go_one_level_deep():
    assert all(len(p.relative_to(PACKAGE).parts) <= 2 for p in PACKAGE.rglob("*.py"))
