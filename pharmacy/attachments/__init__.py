"""Pictures that patients send: what is accepted, and who may open them."""
