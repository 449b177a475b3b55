"""``nameraka keys new NAME``: a key pair for the gate, or for a person who approves."""

from __future__ import annotations

import argparse
from pathlib import Path

from nameraka.exits import Exit
from nameraka.gate.command import add_language
from nameraka.gate.text import Text, language_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `nameraka keys`."""
    parser.add_argument("action", choices=("new",), help="make a new key pair (Ed25519)")
    parser.add_argument("name", metavar="NAME", help="what the two files are called, for example gate-2026")
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="FOLDER", help="where they go (default: the current folder)"
    )
    add_language(parser)


def command(arguments: argparse.Namespace) -> int:
    """Make both files and say what each is for. Raises ``UsageError``."""
    from nameraka.attest.keys import PASSPHRASE, new_key_pair

    pair = new_key_pair(arguments.name, arguments.out)
    protection = (
        Text(f"Its pass phrase is that in {PASSPHRASE}.", f"パスフレーズは {PASSPHRASE} の値です。")
        if pair.protected
        else Text(
            f"It has no pass phrase; set {PASSPHRASE} before making a key to give it one.",
            f"パスフレーズはありません（付けるには、作成前に {PASSPHRASE} を設定してください）。",
        )
    )
    private = Text(
        f"{pair.private}: the private key. It signs. Keep it where only the gate's job, or its one owner, can read it, and "
        f"out of version control. {protection.en}",
        f"{pair.private}: 秘密鍵。署名に使います。ゲートのジョブ（または所有者本人）だけが読める場所に置き、"
        f"バージョン管理に入れないでください。{protection.ja}",
    )
    public = Text(
        f"{pair.public}: the public key. Give it to whoever verifies: nameraka verify --key (a gate's) or --approver (a "
        "person's).",
        f"{pair.public}: 公開鍵。検証する側に渡します: nameraka verify の --key（ゲート）または --approver（承認者）。",
    )
    language = arguments.lang or language_of()
    print(private.say(language), public.say(language), f"keyid {pair.keyid}", sep="\n")
    return Exit.CLEAN
