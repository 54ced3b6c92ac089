"""Who the player is: evidence of traits, and the posteriors it gives."""

from hagame.mind.cognition.evidence import Evidence, Observation, Sums, changed, observe, pool
from hagame.mind.cognition.structure import Structure, structure
from hagame.mind.cognition.traits import TRAITS, Trait, TraitInfo, traits

__all__ = [
    "TRAITS",
    "Evidence",
    "Observation",
    "Structure",
    "Sums",
    "Trait",
    "TraitInfo",
    "changed",
    "observe",
    "pool",
    "structure",
    "traits",
]
