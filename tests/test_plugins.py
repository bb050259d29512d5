"""A plugin package adds a component to each of the seven extension points, without a line changed here."""

import json

import pytest

from qaextract import points
from qaextract.errors import QAExtractError, UnknownName
from qaextract.model import Draft

DEMO = "The moon is a satellite.\nA tide is the rise of the sea.\nThe dratted fog is thick.\n"


def test_every_point_is_reached_from_a_plugin_package(qaextract_command, plugin_path):
    folder = qaextract_command.folder
    (folder / "sea.demo").write_text(DEMO)
    (folder / "qaextract.toml").write_text('chunker = "demo_lines"\nexecutor = "demo_backwards"\n')
    recipes = ("--recipe", "demo_found", "--recipe", "demo_asked", "--model", "demo_echo:ok")
    run = qaextract_command("document", "sea.demo", "--out", "out", *recipes, PYTHONPATH=plugin_path)
    assert run.returncode == 0, run.stderr
    pairs = [json.loads(line) for line in (folder / "out/pairs.jsonl").read_text().splitlines()]
    assert {pair["kind"] for pair in pairs} == {"demo_asked", "demo_found"}  # recipes
    assert {pair["model"] for pair in pairs} == {None, "demo_echo:ok"}  # the provider
    assert pairs[0]["headings"] == ["sea", "line 1"]  # the chunker, and the parser's title
    rejected = [json.loads(line) for line in (folder / "out/rejections.jsonl").read_text().splitlines()]
    assert "demo_polite" in {r["verdict"]["validator"] for r in rejected}  # the validator
    export = qaextract_command("export", "out", "--to", "demo_list", PYTHONPATH=plugin_path)
    assert export.returncode == 0, export.stderr
    assert "What is The moon?" in (folder / "out/exports/demo_list/questions.txt").read_text()  # the exporter
    settings = qaextract_command("settings", PYTHONPATH=plugin_path)
    assert "executor = 'demo_backwards'  (qaextract.toml)" in settings.stdout  # the executor
    assert "validators.demo_polite.rude = 'dratted'  (default)" in settings.stdout


def test_a_plugin_s_fields_are_settings(qaextract_command, plugin_path):
    (qaextract_command.folder / "sea.demo").write_text(DEMO)
    options = ("document", "sea.demo", "--recipe", "demo_found", "--out", "out")
    run = qaextract_command(
        *options, PYTHONPATH=plugin_path, QAEXTRACT_CHUNKER="demo_lines", QAEXTRACT_VALIDATORS_DEMO_POLITE_RUDE="sea"
    )
    assert run.returncode == 0, run.stderr
    assert "says 'sea'" in (qaextract_command.folder / "out/rejections.jsonl").read_text()


def test_components_say_what_they_are_and_where(qaextract_command, plugin_path):
    listed = qaextract_command("components", PYTHONPATH=plugin_path).stdout.splitlines()
    assert any(line.startswith("provider   demo_echo") and line.endswith("demo_plugin.py") for line in listed)
    shown = qaextract_command("components", "demo_polite", PYTHONPATH=plugin_path).stdout
    assert "validators.demo_polite.rude = 'dratted'" in shown


def test_a_plugin_that_cannot_be_loaded_is_named(qaextract_command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("broken")
    info = folder / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[qaextract.recipes]\nbroken = no_such_module:Thing\n")
    run = qaextract_command("recipes", PYTHONPATH=str(folder))
    assert run.returncode == 2
    assert "no_such_module:Thing" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_another_class_under_a_taken_name_is_refused(demo_plugin):
    with pytest.raises(QAExtractError, match="already registered"):
        points.validators.register("demo_polite")(demo_plugin.DemoList)


def test_an_unknown_name_lists_the_names_there_are():
    with pytest.raises(UnknownName, match=r"use one of: .*chat.*jsonl"):
        points.exporters.get("xml")


def test_a_draft_may_not_take_a_reserved_field():
    class Bad(Draft):
        chunk_id: str = ""

    class BadRecipe:
        draft = Bad

        def accepts(self, chunk):
            return True

        def find(self, chunk, document):
            return ()

    with pytest.raises(QAExtractError, match="reserved field 'chunk_id'"):
        points.recipes.register("bad")(BadRecipe)
