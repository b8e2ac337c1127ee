"""Questions for what changed, when and by whom, answered from the timeline of changes."""

from answers.cluster.history.asked import Asked, asked
from answers.cluster.history.past import Place, of_sources
from answers.cluster.history.told import told

__all__ = ["Asked", "Place", "asked", "of_sources", "told"]
