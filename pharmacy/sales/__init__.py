"""Selling OTC medicines and Kampo: what may be sold to whom, orders, subscriptions, records of sales."""
