"""All of our own code that runs in the sandbox, beside the submission."""
