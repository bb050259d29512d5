"""The provider `llm`: models of simonw's `llm` command, here one that a plugin of the test offers."""

import json
import sys

import pytest

import qaextract
from qaextract import assembly, points
from qaextract.api import settings as load_settings
from qaextract.errors import (
    AuthError,
    BadRequest,
    MissingExtra,
    Overloaded,
    ProviderError,
    RateLimited,
    SettingsError,
    Unreachable,
)
from qaextract.model import Draft, Part, Request

llm = pytest.importorskip("llm")

TEXT = "A tide is the rise and fall of the level of the sea. Most coasts have two high tides a day.\n"
PAIR = {
    "question": "What is a tide?",
    "answer": "A tide is the rise and fall of the level of the sea.",
    "quotes": ["A tide is the rise and fall of the level of the sea."],
}
GOOD = json.dumps({"pairs": [PAIR]})


class Scripted(llm.KeyModel):
    """Says what the test wants, and remembers what it was asked."""

    model_id = "scripted"
    can_stream = True

    class Options(llm.Options):
        max_tokens: int | None = None

    def __init__(self):
        self.says, self.asked, self.counted = [GOOD], [], (120, 30)

    def execute(self, prompt, stream, response, conversation, key=None):
        self.asked.append((prompt.prompt, prompt.system, prompt.schema, prompt.options.max_tokens, stream))
        says = self.says[min(len(self.asked), len(self.says)) - 1]
        if isinstance(says, Exception):
            raise says
        if self.counted:
            response.set_usage(input=self.counted[0], output=self.counted[1])
        half = len(says) // 2
        yield says[:half]
        yield says[half:]


class Plugin:
    def __init__(self, model):
        self.model = model

    @llm.hookimpl
    def register_models(self, register):
        register(self.model, aliases=("sc",))


@pytest.fixture
def model(workdir, monkeypatch):
    monkeypatch.setenv("LLM_USER_PATH", str(workdir / "llm"))
    monkeypatch.setattr(llm.plugins, "LLM_LOAD_PLUGINS", "")  # those that happen to be installed are left out
    plugin = Plugin(Scripted())
    llm.plugins.pm.register(plugin)
    yield plugin.model
    llm.plugins.pm.unregister(plugin)


def made(name="scripted", **given):
    return assembly.build(points.providers, "llm", load_settings(), name=name, **given)


def request_of(provider, *more):
    parts = (Part("system", "Rules."), Part("user", "The passage."), Part("user", "Write a pair."), *more)
    return Request("llm", provider.name, parts, Draft.model_json_schema(), provider.parameters)


def ask(*more, **given):
    provider = made(**given)
    return provider.ask(request_of(provider, *more))


def test_a_run_asks_the_model_and_keeps_the_pair(model, workdir):
    (workdir / "sea.txt").write_text(TEXT * 1 + "They are caused by the gravity of the Moon, and less of the Sun. " * 3)
    run = qaextract.document("sea.txt", model="llm:sc", recipe=["factual"], out="run")
    assert [(pair.question, pair.evidence[0].match) for pair in run.pairs] == [("What is a tide?", "exact")]
    assert run.report["tokens"] == {"input": 120, "output": 30} | {
        name: run.report["tokens"][name] for name in run.report["tokens"].keys() - {"input", "output"}
    }


def test_a_model_with_schemas_is_given_the_schema_and_the_rest_as_the_command_would(model):
    model.supports_schema = True
    reply = ask(max_tokens=900)
    assert reply.parsed == {"pairs": [PAIR]}
    prompt, system, schema, room, stream = model.asked[0]
    assert prompt == "The passage.\n\nWrite a pair."
    assert (system, room, stream) == ("Rules.", 900, True)
    assert schema["required"] == ["question", "answer", "quotes"]
    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.model) == (120, 30, "scripted")


def test_a_model_without_schemas_is_told_the_schema(model):
    ask()
    prompt, _, schema, *_ = model.asked[0]
    assert schema is None
    assert "fits this JSON Schema:\n{" in prompt
    assert '"quotes"' in prompt


def test_a_fence_is_no_fault_and_what_is_no_object_is_a_problem(model):
    model.says = [f"```json\n{GOOD}\n```", "Sure! Here it is.", ""]
    assert ask().parsed == {"pairs": [PAIR]}
    assert ask().problem.startswith("the reply is not JSON")
    assert ask().problem == "the reply is empty"


def test_a_reply_that_fills_its_room_is_cut(model):
    model.says, model.counted = [GOOD[:50]], (120, 64)
    reply = ask(max_tokens=64)
    assert (reply.cut, reply.stop_reason, reply.problem) == (True, "max_tokens", "")
    assert not ask(max_tokens=65).cut


def test_what_was_said_before_stands_in_the_prompt(model):
    ask(Part("assistant", "Sure!"), Part("user", "That reply cannot be used."))
    assert "Write a pair.\n\nYour reply was:\nSure!\n\nThat reply cannot be used." in model.asked[0][0]


def test_tokens_that_the_model_does_not_count_are_estimated(model):
    model.counted = None
    usage = ask().usage
    assert usage.input_tokens > 5
    assert usage.output_tokens > 20


def test_an_option_that_the_model_does_not_have_is_not_set(model):
    model.Options = llm.Options
    model.execute = lambda prompt, stream, response, conversation, key=None: iter([GOOD])
    assert ask().parsed == {"pairs": [PAIR]}


def test_a_model_that_llm_does_not_have_is_said_in_one_line(model):
    with pytest.raises(SettingsError, match=r"^llm has no model named nobody; see those there are: llm models"):
        ask(name="nobody")


def test_plugins_that_cannot_be_loaded_are_said(model):
    class Broken:
        @llm.hookimpl
        def register_models(self, register):
            raise ModuleNotFoundError("No module named 'llama_cpp'")

    broken = Broken()
    llm.plugins.pm.register(broken)
    try:
        with pytest.raises(SettingsError, match=r"cannot load its plugins .*llama_cpp"):
            ask()
    finally:
        llm.plugins.pm.unregister(broken)


def test_without_the_package_the_pip_line_is_told(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "llm", None)
    with pytest.raises(MissingExtra, match=r"pip install 'qaextract\[llm\]'"):
        ask()


def test_a_missing_key_is_said_with_the_command_that_sets_it(model):
    model.needs_key = "scripted-service"
    with pytest.raises(AuthError, match="no key for scripted; run: llm keys set scripted-service"):
        ask()
    assert model.asked == []


def test_prices_are_those_of_the_service_whose_key_is_needed(model):
    assert made().vendor is None
    model.needs_key = "claude"
    assert made().vendor == "anthropic"


class Answered(Exception):
    def __init__(self, status, text, headers=None):
        super().__init__(text)
        self.response = type("Response", (), {"status_code": status, "headers": headers or {}})()


class ConnectError(Exception):
    """As HTTP libraries name it."""


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (Answered(401, "bad key"), AuthError),
        (Answered(400, "too long"), BadRequest),
        (Answered(429, "slow down", {"retry-after": "7"}), RateLimited),
        (Answered(503, "busy"), Overloaded),
        (ConnectError("refused"), Unreachable),
        (TimeoutError("late"), Unreachable),
        (llm.ModelError("no such tool"), ProviderError),
        (KeyError("choices"), ProviderError),
    ],
    ids=lambda value: getattr(value, "__name__", None) or type(value).__name__,
)
def test_what_a_plugin_raises_becomes_a_typed_error_without_the_key(model, raised, kind):
    model.needs_key, model.key = "scripted-service", "sk-secret-123"
    raised.args = (f"{raised.args[0]} (asked with sk-secret-123)",)
    model.says = [raised]
    with pytest.raises(ProviderError) as caught:
        ask()
    assert type(caught.value) is kind
    assert "sk-secret-123" not in str(caught.value)
    assert "[key]" in str(caught.value)
    assert caught.value.retry_after_s == (7 if kind is RateLimited else None)
    assert len(model.asked) == 1, "the engine asks again, not the provider"
