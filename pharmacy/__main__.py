"""`python -m pharmacy` shows the pharmacy to a person; `serve` runs it, `digest` says which build this is."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path

from pharmacy.settings import SettingsError, read_settings
from pharmacy.version import build_digest

USAGE_ERROR = 3

SETTINGS = {
    "host": "address to listen on; 127.0.0.1 unless you know why",
    "port": "port to listen on; 0 takes a free one",
    "public-url": "how browsers reach the pharmacy, when not by host and port",
    "database-url": "SQLAlchemy URL, as sqlite:///pharmacy.db or postgresql+psycopg://…",
    "issuer": "OpenID Connect issuer of patients and staff",
    "patient-issuer": "issuer of patients, when it is another",
    "patient-client": "client id for patients",
    "patient-secret": "its secret; better in PHARMACY_PATIENT_SECRET",
    "staff-issuer": "issuer of staff, when it is another",
    "staff-client": "client id for staff",
    "staff-secret": "its secret; better in PHARMACY_STAFF_SECRET",
    "ai-url": "OpenAI-compatible base URL, as https://…/v1; without it there are no suggestions",
    "ai-key": "its key; better in PHARMACY_AI_KEY",
    "ai-model": "which model to ask",
    "ai-timeout": "seconds to wait for it",
    "audit-key": "seals the audit trail; better in PHARMACY_AUDIT_KEY, and never in the database",
    "backup-folder": "where backups are written as often as data/backup.toml says; without it none are",
    "time-server": "host:port of a time server (SNTP) that our clock is compared with",
    "time-check": "seconds between two comparisons, at most 20",
    "errors-url": "error tracker that is told where something failed, and never what it was about",
    "drive-url": "Google Drive's API, for exports; without it nothing is exported",
    "drive-token": "its token; better in PHARMACY_DRIVE_TOKEN",
    "smtp-url": "smtp://host:port, or smtps://, by which pages are mailed when the pager does not take them",
    "otlp-url": "OpenTelemetry collector, as http://…:4318; without it nothing is traced",
    "otlp-seconds": "seconds between two exports to it",
    "pager-url": "webhook that pages the on-call pharmacist",
    "zoom-url": "origin of Zoom's API, as https://api.zoom.us; without it there is no guidance by video",
    "zoom-token": "its access token; better in PHARMACY_ZOOM_TOKEN",
    "zoom-secret": "seals what Zoom tells us; better in PHARMACY_ZOOM_SECRET",
    "carrier-url": "base URL at which parcels are booked; without it they wait",
    "carrier-secret": "by which the carrier signs its reports; better in PHARMACY_CARRIER_SECRET",
    "pager-timeout": "seconds to wait for it",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pharmacy", description=__doc__, exit_on_error=True)
    commands = parser.add_subparsers(dest="command")
    demo = commands.add_parser("demo", help="the pharmacy with everything around it, for a person to try (default)")
    demo.add_argument("--port", default="8000")
    serve = commands.add_parser("serve", help="the pharmacy alone; every flag can be PHARMACY_… in the environment")
    for name, explanation in SETTINGS.items():
        serve.add_argument(f"--{name}", help=explanation)
    serve.add_argument("--injectable-clock", action="store_const", const="true", help="for test environments only")
    serve.add_argument("--clock-ahead", help="seconds by which an injectable clock starts ahead of the machine's")
    migration = commands.add_parser(
        "migration", help="for developers: write what the models have and no revision makes"
    )
    migration.add_argument("what", help="what it does, in a few words")
    migration.add_argument("--only", metavar="PACKAGE", help="for the tables of this package alone, as handover")
    commands.add_parser("digest", help="print the digest of this build")
    backup = commands.add_parser("backup", help="copy the database, whole, while the pharmacy runs")
    restore = commands.add_parser("restore", help="put a backup, looked through first, in the place of a lost database")
    seed = commands.add_parser("seed", help="fill a test system with made-up people by a recipe, and with nobody else")
    for command in (backup, restore, seed):
        command.add_argument("--database-url", required=True, help=SETTINGS["database-url"])
    backup.add_argument("--to", required=True, type=Path, help="file to write")
    restore.add_argument("--from", required=True, type=Path, dest="source", help="file that `backup` wrote")
    restore.add_argument("--audit-key", help=SETTINGS["audit-key"])
    seed.add_argument("--recipe", required=True, type=Path, help="synthetic, seed, patients, branch; no person's data")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0, or 3 with a plain sentence when something about the call is wrong."""
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command") or "demo"
    try:
        if command == "digest":
            print(build_digest())
        elif command == "migration":
            from pharmacy.migrations.write import write_revision

            print(write_revision(options["what"], options["only"]))
        elif command == "backup":
            from pharmacy.records.backup import back_up, file_of

            back_up(file_of(options["database_url"]), options["to"])
        elif command == "restore":
            from pharmacy.records.backup import file_of, restore

            key = options["audit_key"] or os.environ.get("PHARMACY_AUDIT_KEY", "")
            print(restore(options["source"], file_of(options["database_url"]), key))
        elif command == "seed":
            from pharmacy.privacy.seed import read_recipe, seed

            print(f"{seed(read_recipe(options['recipe']), options['database_url'])} made-up patients")
        elif command == "serve":
            gc.disable()  # until it serves: nothing of what an import makes is garbage
            from pharmacy.serve import serve

            environment = {
                name.removeprefix("PHARMACY_").lower(): value
                for name, value in os.environ.items()
                if name.startswith("PHARMACY_") and value
            }
            flags = {name: value for name, value in options.items() if value is not None}
            serve(read_settings(environment | flags))
        else:
            from pharmacy.demo import demonstrate

            demonstrate(int(options.get("port", 8000)))
    except SettingsError as error:
        print(f"pharmacy: {error}", file=sys.stderr)
        return USAGE_ERROR
    return 0


if __name__ == "__main__":
    sys.exit(main())
