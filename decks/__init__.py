"""The lectures, shown: live in JupyterLab (`present`), or as offline decks (`build`)."""
