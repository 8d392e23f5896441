"""Solutions of `nearest`."""

import torch
from mutants import spoil


def cdist(query, bank, k):
    """All distances, then a sort that keeps ties in order."""
    distances = torch.cdist(query, bank)
    return distances.argsort(dim=1, stable=True)[:, :k]


def differences(query, bank, k):
    """One big array of differences."""
    gaps = query[:, None, :] - bank[None, :, :]
    return gaps.square().sum(dim=2).sort(dim=1).indices[:, :k]


def expanded(query, bank, k):
    """(q - b)² is q² - 2qb + b², and q² changes no order."""
    scores = (bank**2).sum(1) - 2 * query @ bank.T
    return torch.topk(scores, k, largest=False).indices


def loops(query, bank, k):
    """One query after the other."""
    found = []
    for q in query:
        distances = [float(((q - b) ** 2).sum()) for b in bank]
        found.append(sorted(range(len(bank)), key=distances.__getitem__)[:k])
    return torch.tensor(found, device=query.device)


def one_by_one(query, bank, k):
    """Take the nearest, cross it out, take the next."""
    distances = torch.linalg.vector_norm(query[:, None] - bank, dim=2)
    columns = []
    for _ in range(k):
        best = distances.argmin(dim=1)
        columns.append(best)
        distances[torch.arange(len(query)), best] = torch.inf
    return torch.stack(columns, dim=1)


RIGHT = (cdist, differences, expanded, loops, one_by_one)
WRONG = (
    spoil(cdist, "farthest", "stable=True", "stable=True, descending=True",
          "the farthest come first"),
    spoil(cdist, "last k", "[:, :k]", "[:, -k:]"),
    spoil(cdist, "turned around", "[:, :k]", "[:, :k].flip(1)",
          "the right neighbours, the farthest of them first"),
    spoil(cdist, "by index", "[:, :k]", "[:, :k].sort(dim=1).values",
          "the right neighbours, but not sorted by distance"),
    spoil(cdist, "without itself", "[:, :k]", "[:, 1 : k + 1]", "the nearest one is left out"),
    spoil(cdist, "distances", "argsort(dim=1, stable=True)[:, :k]", "sort(dim=1).values[:, :k]",
          "distances are returned, not indices"),
    spoil(differences, "squared distances", ".indices", ".values",
          "distances are returned, not indices"),
    spoil(cdist, "angles", "torch.cdist(query, bank)",
          "-torch.cosine_similarity(query[:, None], bank, dim=2)",
          "angles instead of distances"),
    spoil(cdist, "products", "torch.cdist(query, bank)", "-query @ bank.T",
          "dot products instead of distances"),
    spoil(cdist, "normalised", "torch.cdist(query, bank)",
          "torch.cdist(torch.nn.functional.normalize(query), torch.nn.functional.normalize(bank))",
          "angles instead of distances"),
    spoil(differences, "absolute", ".square()", ".abs()",
          "absolute differences instead of squares"),
    spoil(differences, "no squares", ".square()", "", "differences are added without squares"),
    spoil(differences, "largest", ".square().sum(dim=2)", ".abs().amax(dim=2)",
          "the largest difference instead of the distance"),
    spoil(expanded, "sign", "(bank**2).sum(1) -", "-(bank**2).sum(1) -",
          "a term of q² − 2qb + b² is missing"),
    spoil(expanded, "no two", "- 2 *", "-", "a term of q² − 2qb + b² is missing"),
    spoil(cdist, "swapped", "torch.cdist(query, bank)", "torch.cdist(bank, query)",
          "query and bank are swapped"),
    spoil(cdist, "transposed", "[:, :k]", "[:, :k].T", "rows and columns are swapped"),
    spoil(cdist, "one only", "[:, :k]", "[:, :1].repeat(1, k)"),
    spoil(cdist, "floats", "[:, :k]", "[:, :k].to(query.dtype)", "expected integer"),
)  # fmt: skip
