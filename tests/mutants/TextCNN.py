"""Solutions of `TextCNN`, a class."""

import torch
from mutants import spoil, wrong
from torch import nn


class Plain(nn.Module):
    """Line by line."""

    def __init__(self, vocabulary, dimension, widths, filters, classes, dropout=0.5):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dimension, padding_idx=0)
        self.convs = nn.ModuleList(nn.Conv1d(dimension, filters, width) for width in widths)
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(filters * len(widths), classes)

    def forward(self, tokens):
        x = self.embedding(tokens).transpose(1, 2)
        pooled = [torch.relu(conv(x)).amax(dim=2) for conv in self.convs]
        return self.linear(self.dropout(torch.cat(pooled, dim=1)))


class Functional(nn.Module):
    """Pooling by a function; ReLU behind it, which is the same."""

    def __init__(self, vocabulary, dimension, widths, filters, classes, dropout=0.5):
        super().__init__()
        self.rate = dropout
        self.embedding = nn.Embedding(vocabulary, dimension, 0)
        self.convs = nn.ModuleList([nn.Conv1d(dimension, filters, k) for k in widths])
        self.linear = nn.Linear(len(self.convs) * filters, classes)

    def forward(self, tokens):
        x = self.embedding(tokens).permute(0, 2, 1)
        maps = [conv(x) for conv in self.convs]
        pooled = [nn.functional.max_pool1d(m, m.shape[2]).squeeze(2) for m in maps]
        features = torch.cat(pooled, 1).relu()
        return self.linear(nn.functional.dropout(features, self.rate, self.training))


class Unfolded(nn.Module):
    """Every convolution as a product over all windows."""

    def __init__(self, vocabulary, dimension, widths, filters, classes, dropout=0.5):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, dimension, padding_idx=0)
        self.convs = nn.ModuleList(nn.Conv1d(dimension, filters, width) for width in widths)
        self.linear = nn.Linear(filters * len(widths), classes)
        self.keep = 1 - dropout

    def forward(self, tokens):
        x, pooled = self.embedding(tokens), []
        for conv in self.convs:
            windows = x.unfold(1, conv.kernel_size[0], 1)  # (N, places, dimension, width)
            y = torch.einsum("nldw,fdw->nlf", windows, conv.weight) + conv.bias
            pooled.append(y.clamp(min=0).max(dim=1).values)
        features = torch.hstack(pooled)
        if self.training:
            features = features * (torch.rand_like(features) < self.keep) / self.keep
        return self.linear(features)


RIGHT = (Plain, Functional, Unfolded)
WRONG = (
    spoil(Plain, "reshaped", "self.embedding(tokens).transpose(1, 2)",
          "self.embedding(tokens); x = x.reshape(x.shape[0], x.shape[2], x.shape[1])",
          "the axes are reshaped, not transposed"),
    spoil(Plain, "not moved", ".transpose(1, 2)", "", "your function raised RuntimeError"),
    spoil(Plain, "average", ".amax(dim=2)", ".mean(dim=2)",
          "the average over time, not the maximum"),
    spoil(Plain, "sum", ".amax(dim=2)", ".sum(dim=2)", "the sum over time, not the maximum"),
    spoil(Plain, "last place", ".amax(dim=2)", "[:, :, -1]", "only the last position counts"),
    spoil(Plain, "first place", ".amax(dim=2)", "[:, :, 0]", "only the first position counts"),
    spoil(Plain, "minimum", ".amax(dim=2)", ".amin(dim=2)", "the minimum, not the maximum"),
    spoil(Plain, "over filters", ".amax(dim=2)", ".amax(dim=1)",
          "your function raised RuntimeError"),
    spoil(Plain, "no ReLU", "torch.relu(conv(x))", "conv(x)", "the ReLU is missing"),
    spoil(Plain, "tanh", "torch.relu", "torch.tanh", "another activation instead of ReLU"),
    spoil(Plain, "reversed", "torch.cat(pooled", "torch.cat(pooled[::-1]",
          "the widths are in the wrong order"),
    spoil(Plain, "padded", "filters, width)", "filters, width, padding=width - 1)",
          "the convolutions pad the sentences"),
    spoil(Plain, "softmax", "1)))", "1))).softmax(1)", "the results are not logits"),
    spoil(Plain, "no padding index", ", padding_idx=0", "", "the padding token learns"),
    spoil(Plain, "padding is the last token", "padding_idx=0", "padding_idx=-1",
          "another token is taken for the padding"),
    spoil(Plain, "no dropout", "self.dropout(torch.cat(pooled, dim=1))",
          "torch.cat(pooled, dim=1)", "nothing is dropped during training"),
    spoil(Plain, "always a half", "nn.Dropout(dropout)", "nn.Dropout(0.5)",
          "dropout is 2; expected 1.33333"),
    spoil(Plain, "dropout on words", "self.embedding(tokens).transpose",
          "self.dropout(self.embedding(tokens)).transpose", "dropout is -1; expected 2"),
    spoil(Plain, "dropout always", "self.dropout(", "nn.functional.dropout("),
    spoil(Plain, "not scaled", "self.dropout(torch.cat(pooled, dim=1))",
          "torch.cat(pooled, 1) * (torch.rand(len(tokens), self.linear.in_features) < 0.5"
          " if self.training else 1)", "the features that dropout keeps are not scaled"),
    spoil(Plain, "one attribute less", "self.linear", "self.fc",
          "your function raised RuntimeError: Error(s) in loading state_dict"),
    spoil(Plain, "widths swapped", "nn.Conv1d(dimension, filters, width)",
          "nn.Conv1d(filters, dimension, width)", "in loading state_dict"),
    spoil(Plain, "a plain list", "nn.ModuleList(nn", "list(nn", "in loading state_dict"),
    wrong("a function", lambda **settings: None, "has no attribute 'load_state_dict'"),
)  # fmt: skip
