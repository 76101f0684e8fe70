"""The web room: widget, console and wire contract, shipped as package data and served by `assistant.api`."""
