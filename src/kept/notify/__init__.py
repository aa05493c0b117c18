"""Telling people before they ask: what follows from each event of the ledger, and from time passing."""
