"""Commands and functions have the same names, options and defaults."""

import inspect

import pytest
import typer

import qaextract
from qaextract import api
from qaextract.cli import app

COMMANDS_ONLY = {"recipes", "components", "settings", "show"}
#: Of the command line alone: how the result is printed.
PRINTING = {"as_json"}


def commands():
    return typer.main.get_command(app).commands


def options(command):
    return {p.name: p for p in command.params if p.param_type_name == "option"}


@pytest.mark.parametrize("name", ["pdf", "code", "document", "parse", "chunk", "validate", "export"])
def test_a_command_and_its_function_take_the_same_options(name):
    function = getattr(qaextract, name)
    parameters = {
        n: p for n, p in inspect.signature(function).parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY
    }
    command = options(commands()[name])
    assert set(command) - PRINTING == set(parameters)
    for option, parameter in parameters.items():
        default = None if parameter.default is inspect.Parameter.empty else parameter.default
        assert (command[option].default or None) == (default or None), option


def test_every_function_is_a_command_and_the_reverse():
    functions = {n for n in qaextract.__all__ if inspect.isfunction(getattr(api, n, None))}
    assert functions - {"check", "deduplicate", "load", "locate"} == set(commands()) - COMMANDS_ONLY


def test_an_option_that_there_is_not_is_refused_in_python_too(workdir):
    with pytest.raises(TypeError, match=r"no option 'pagse'.*pages"):
        qaextract.pdf("book.pdf", pagse="3")


def test_a_run_shows_and_exports_as_the_commands_do(workdir, capsys):
    from .conftest import CORPORA

    run = qaextract.code(CORPORA / "lunar", out="out")
    run.show()
    assert "Sections" in capsys.readouterr().out
    (path,) = run.export("chat")
    assert path.parent == run.folder / "exports" / "chat"
    assert len(path.read_text().splitlines()) == len(run.pairs)
    assert qaextract.load("out") == run
