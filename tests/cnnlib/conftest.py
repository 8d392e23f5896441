"""What these tests share."""

import pytest
import torch


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Let each test process use one core: small tensors gain nothing, and processes run abreast."""
    torch.set_num_threads(1)
