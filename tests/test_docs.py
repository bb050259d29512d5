"""What the documents say is so: commands are listed, code runs, links lead somewhere."""

import ast
import re
import tomllib

import pytest

import qaextract

from .cli_reference import README, readme_with_reference
from .conftest import ROOT

TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", TEXT, re.S)


def test_the_reference_is_the_one_that_is_generated():
    assert readme_with_reference() == TEXT, "run: python -m tests.cli_reference"


def test_two_commands_do_all_the_set_up():
    shell = [body.strip() for language, body in BLOCKS if language == "sh"]
    assert shell == ["pip install . && qaextract pdf corpora/tides.pdf", "pip install '.[all,test]' && pytest"]
    before = TEXT[: TEXT.index("```sh")]
    assert "install" not in before.lower()


@pytest.mark.parametrize("number", range(sum(language == "python" for language, _ in BLOCKS)))
def test_python_blocks_run(number, workdir, capsys):
    body = [body for language, body in BLOCKS if language == "python"][number]
    (workdir / "corpora").symlink_to(ROOT / "corpora")
    from qaextract import points

    points.validators.names()  # loaded before it is noted what there was
    before = dict(points.validators._classes)
    try:
        exec(compile(ast.parse(body), "README.md", "exec"), {})
    finally:
        points.validators._classes.clear()
        points.validators._classes.update(before)


@pytest.mark.parametrize("body", [body for language, body in BLOCKS if language == "toml"])
def test_settings_blocks_are_settings(body, workdir):
    tomllib.loads(body)
    (workdir / "qaextract.toml").write_text(body)
    from qaextract.api import settings

    assert settings(preset="quick")["limit"] == 20


def test_the_pair_shown_is_one_that_is_found(workdir):
    run = qaextract.pdf(ROOT / "corpora/tides.pdf", out="out")
    shown = " ".join(next(body for language, body in BLOCKS if language == "").split())
    pairs = {f"Q {p.question} A {p.answer} (p. {p.evidence[0].pages[0]})" for p in run.pairs}
    assert shown in {" ".join(pair.split()) for pair in pairs}


def test_links_lead_to_files():
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / target).exists(), target


def test_every_public_name_is_documented():
    for name in qaextract.__all__:
        assert getattr(qaextract, name).__doc__, name


def test_the_changelog_names_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
