"""Kills at random moments while asking: the same bytes in the end, and no reply that arrived is paid for again."""

from __future__ import annotations

import random
import sqlite3
import time

import pytest

from tests.messages_server import serving

KILLS, REQUESTS, WORKERS = 100, 2000, 4
FILES = ("pairs.jsonl", "rejections.jsonl", "failures.jsonl", "report.json", "manifest.json")


@pytest.mark.slow
def test_a_hundred_kills_lose_no_reply(qaextract_command, plugin_path):
    folder = qaextract_command.folder
    (folder / "sea.demo").write_text("".join(f"Buoy {n} is a mark in the fairway.\n" for n in range(REQUESTS)))
    (folder / "qaextract.toml").write_text(f'chunker = "demo_lines"\nworkers = {WORKERS}\n')
    with serving(latency_s=0.2) as server:
        environ = {"PYTHONPATH": plugin_path, "ANTHROPIC_API_KEY": "sk-none"}
        options = (
            "document",
            "sea.demo",
            "--recipe",
            "demo_prompt",
            "--model",
            "anthropic:m",
            "--base-url",
            server.url,
        )
        kills = 0
        dice = random.Random(7)
        while kills < KILLS:
            process = qaextract_command.start(*options, "--out", "killed", **environ)
            time.sleep(dice.uniform(0.3, 3.5))
            if process.poll() is not None:
                process.communicate()
                break
            process.kill()
            process.communicate()
            kills += 1
        assert qaextract_command(*options, "--out", "killed", **environ).returncode == 0
        paid = dict(server.paid)
        assert (
            qaextract_command(*options, "--out", "whole", "--ledger", "killed/ledger.sqlite", **environ).returncode == 0
        )
        assert dict(server.paid) == paid, "the whole run found every reply in the ledger"
    with sqlite3.connect(folder / "killed/ledger.sqlite") as db:
        stored = db.execute("SELECT count(*) FROM replies").fetchone()[0]
    db.close()
    assert kills == KILLS
    assert stored == len(paid) == REQUESTS
    # What was on its way at a kill was answered to nobody; of these there are at most as many as workers.
    assert sum(paid.values()) - stored <= kills * WORKERS
    for name in FILES[:-1]:
        assert (folder / "killed" / name).read_bytes() == (folder / "whole" / name).read_bytes(), name
