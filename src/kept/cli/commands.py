"""Every command of Kept: its words, the module and function that do it, and what it is for.

To add one, write its function in a module of this package and add a line here. A module is loaded only when its
command is called, so that a question to a work log doesn't wait for Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Command:
    """One command: `words` as typed, done by `function` of `kept.cli.{module}`; `help` is its line in the list.

    A module may hold `SETTINGS`, what Typer needs to know to let words and options through.
    """

    words: tuple[str, ...]
    module: str
    function: str
    help: str


GROUPS: Final = {
    "import": "Bring something into Kept.",
    "export": "Write something out of Kept.",
    "log": "Look at work logs.",
    "forecast": "Look at what forecasts are worth.",
    "ledger": "Look after the ledger.",
    "programme": "Make what keeps customers before everyone's eyes.",
}

COMMANDS: Final = (
    Command(("serve",), "serve", "serve", "Serve the pages."),
    Command(("worker",), "worker", "worker", "Tell people and do the chores, beside the pages."),
    Command(("mail-in",), "mail_in", "mail_in", "Take a mail from a pipe, or fetch those of a mailbox."),
    Command(("demo",), "demo", "demo", "Lay the example company and serve it."),
    Command(("doctor",), "doctor", "doctor", "Say how this installation is."),
    Command(("manage",), "manage", "manage", "Django's own management commands."),
    Command(("sign-in-link",), "sign_in", "sign_in_link", "Print a link that signs a person in."),
    Command(("import", "work"), "import_work", "import_work", "Keep a work log of another system."),
    Command(("import", "people"), "people", "import_people", "Keep who works here and who is served up to date."),
    Command(("administrator",), "administrator", "administrator", "Say who keeps this installation."),
    Command(("token",), "tokens", "token", "Make a key for another program."),
    Command(("mcp",), "mcp", "mcp", "Let an assistant do what you can do, with your key."),
    Command(("log", "show"), "log", "show", "Say what is understood of a work log, keeping nothing."),
    Command(("log", "list"), "kept_logs", "list_logs", "List the work logs that are kept."),
    Command(("log", "remove"), "kept_logs", "remove", "Forget a work log that is kept."),
    Command(("map",), "work_map", "show_map", "Who hands work to whom, and whom each team serves."),
    Command(("flow",), "work_flow", "show_flow", "How work flows through each team, and where most of it waits."),
    Command(("trace",), "case_trace", "show_trace", "Where one case lost its time, step by step."),
    Command(("whatif",), "what_if", "whatif", "What a change in a chain of work would do, and where faster helps."),
    Command(("forecast", "evaluate"), "forecast", "show_evaluation", "Say how good the forecasts of a work log are."),
    Command(("export", "history"), "export", "history", "Write the history to a file."),
    Command(("backup",), "backup", "backup", "Write everything that is kept into one file."),
    Command(("restore",), "restore", "restore", "Put a backup in place."),
    Command(("ledger", "verify"), "ledger", "verify", "Replay the ledger and compare it with what is stored."),
    Command(("programme", "make"), "programme", "make", "Make this week's newsletter, posters and a meeting page."),
)
