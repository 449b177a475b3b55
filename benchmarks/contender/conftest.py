pytest_plugins = ["steps.chat"]
