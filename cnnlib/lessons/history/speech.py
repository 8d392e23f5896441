"""What pre-trained deep networks did to speech recognition.

G. Hinton et al., "Deep neural networks for acoustic modeling in speech recognition: the shared
views of four research groups", IEEE Signal Processing Magazine 29 (2012), table 3.

The first task's errors, 27.4 and 18.5, were found again in another paper of one of these groups
(F. Seide, G. Li, X. Chen and D. Yu, ASRU 2011); the others are from memory of the table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Errors of two recognisers on a task, trained on the same recordings.

    Attributes
    ----------
    name
        Of the task.
    hours
        Of recordings to learn from.
    mixture, network
        Words wrong in a hundred (Bing: sentences): with Gaussian mixtures, as was usual, and with a
        deep network in their place.
    """

    name: str
    hours: int
    mixture: float
    network: float

    @property
    def saved(self) -> float:
        """The share of errors that went away.

        Examples
        --------
        >>> f"{Task('half', 1, 20, 10).saved:.0%}"
        '50%'
        """
        return 1 - self.network / self.mixture


TASKS = (
    Task("Switchboard, test set 1", 309, 27.4, 18.5),
    Task("Switchboard, test set 2", 309, 23.6, 16.1),
    Task("English broadcast news", 50, 18.8, 17.5),
    Task("Bing voice search", 24, 36.2, 30.4),
    Task("YouTube", 1_400, 52.3, 47.6),
)
