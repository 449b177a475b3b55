"""What the scenarios are made of. pytest loads these as plugins, the command line reads the same list."""

pytest_plugins = [
    "fixtures.outside",
    "fixtures.environment",
    "fixtures.people",
    "fixtures.intruder",
    "steps.words",
    "steps.world",
    "steps.access",
    "steps.protection",
    "steps.pretence",
    "steps.chat",
    "steps.console",
    "steps.quick_replies",
    "steps.corrections",
    "steps.handovers",
    "steps.shifts",
    "steps.typed",
    "steps.tasks",
    "steps.on_call",
    "steps.ai",
    "steps.records",
]
