"""How urgent a message is: rules, the tasks they leave, and by when a human has to answer."""
