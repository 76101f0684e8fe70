"""HTTP: the app factory and everything that speaks HTTP. The only place, besides the command line, where the rooms are
wired."""
