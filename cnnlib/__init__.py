"""The course's helper library: what lectures and assignments import.

`import cnnlib` is cheap: it loads neither PyTorch nor matplotlib nor ipywidgets. Each is imported
by the module that needs it, when it needs it.
"""
