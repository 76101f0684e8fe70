"""The sub-commands of `medinfo eval`, each a Typer application; `eval.cli` lists them."""
