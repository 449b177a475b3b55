"""The gate before a change of prompt or model goes live: rules and people decide, a model's judgement never does."""
