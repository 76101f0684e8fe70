"""Evidence: which approved statements answer a question, and whether they are enough. It words nothing and cites nothing."""

from assistant.evidence.finder import EvidenceFinder
from assistant.evidence.profiles import Profile, Profiles
from assistant.evidence.readings import kept_at
from assistant.evidence.topics import Topics
from assistant.evidence.types import Candidate, Evidence, PartEvidence, Verdict

__all__ = ["Candidate", "Evidence", "EvidenceFinder", "PartEvidence", "Profile", "Profiles", "Topics", "Verdict", "kept_at"]
