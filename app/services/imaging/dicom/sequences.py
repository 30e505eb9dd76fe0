"""Recognises the MRI sequence of a series from its header.

The acquisition contrast of enhanced objects counts first, then the words of the descriptions, then the times of the
pulse sequence: people write descriptions, and times are the same for several contrasts.
"""

import re

from app.models.acquisition import MriSequence
from app.services.imaging.dicom.header import AcquisitionTags
from app.services.imaging.dicom.suitability import words_of

_CONTRASTS = {
    "T1": MriSequence.T1,
    "T2": MriSequence.T2,
    "FLUID_ATTENUATED": MriSequence.FLAIR,
    "T2_STAR": MriSequence.OTHER,
    "PROTON_DENSITY": MriSequence.OTHER,
    "DIFFUSION": MriSequence.OTHER,
    "PERFUSION": MriSequence.OTHER,
    "SUSCEPTIBILITY": MriSequence.OTHER,
    "TOF": MriSequence.OTHER,
    "FLOW_ENCODED": MriSequence.OTHER,
    "TAGGING": MriSequence.OTHER,
    "STIR": MriSequence.OTHER,
}
# The first that occurs counts. T1 FLAIR is weighted like T1.
_T1_WORDS = r"\bS?T1|MP ?RAGE|\bBRAVO\b|F?SPGR\b|\bVIBE\b|TFL3D|\bLAVA\b|\bTHRIVE\b|\bMP2RAGE\b"
_OTHER_WORDS = (
    r"\bSWI\b|\bSWAN\b|\bT2 ?(?:STAR|GRE|FFE|FL2D)|\bHEMO\b|\bTOF\b|\bMR[AV]\b|\bANGIO|\bPC ?A\b|\b[PD]D\b|\bDP\b|"
    r"\bPROTON\b|\bSTIR\b|\bDIR\b|\bPERF|\bASL\b|\bMAGN?\b|\bQSM\b|\bMTC?\b|\bCISS\b|\bFIESTA\b|\bDESS\b"
)
_WORDS = tuple(
    (re.compile(pattern), sequence)
    for pattern, sequence in (
        (r"\bS?T1\w* ?FLAIR", MriSequence.T1),
        (r"FLAIR|\bDARK ?FL|\bTIRM\b(?=.*\bDARK)|\bT2 TIRM\b|\bFLUID\b|SPACE ?DA", MriSequence.FLAIR),
        (_OTHER_WORDS, MriSequence.OTHER),
        (_T1_WORDS, MriSequence.T1),
        (r"\bS?T2|\bSPACE\b|\bCUBE\b|\bVISTA\b|\bPROPELLER\b|\bBLADE\b", MriSequence.T2),
    )
)
_AGENT = re.compile(
    r"\bGD\b|\bGAD\w*|\+ ?C\b|\bC\+|\bCE\b|\bPOST\b(?! ?PROC)|\bKM\b|\b[CK]ONTRAST\b|T1\w* ?C\b|\bDOTAREM\b|"
    r"\bMAGNEVIST\b|\bINJ\w*"
)
_NO_AGENT = re.compile(r"\bPRE\b|\bWITHOUT\b|\bOHNE\b|\bNATIV\w*|\bW ?O\b|\bNON ?CONTRAST\b|\bSANS\b|\bUNENHANCED\b")

# In milliseconds: the inversion time of FLAIR, and echo and repetition times of spin echoes.
_FLAIR_INVERSION = 1500
_LONG_ECHO, _LONG_REPETITION = 70, 1800
_SHORT_ECHO, _SHORT_REPETITION = 35, 1200
# Of gradient echoes.
_T1_GRADIENT_ECHO, _T1_FLIP = 12, 5


def sequence_of(acquisition: AcquisitionTags) -> MriSequence | None:
    """The sequence of a series; None if its header does not tell.

    `OTHER` is a sequence that is recognised and that the network does not know.
    """
    words = words_of(acquisition.description)
    found = _CONTRASTS.get(acquisition.contrast_word) or _from_words(acquisition.description, words)
    if found is None:
        found = _from_times(acquisition)
    if found is MriSequence.T1 and _with_agent(acquisition, words):
        return MriSequence.T1C
    return found


def _from_words(description: str, words: str) -> MriSequence | None:
    if "T2*" in description:
        return MriSequence.OTHER
    return next((sequence for pattern, sequence in _WORDS if pattern.search(words)), None)


def _with_agent(acquisition: AcquisitionTags, words: str) -> bool:
    if _NO_AGENT.search(words):
        return False
    return acquisition.agent or bool(_AGENT.search(words) or _AGENT.search(acquisition.description))


def _from_times(acquisition: AcquisitionTags) -> MriSequence | None:
    echo, repetition = acquisition.echo_time, acquisition.repetition_time
    inversion = acquisition.inversion_time or 0
    if echo is None or repetition is None or not echo > 0 or not repetition > 0:
        return None
    if inversion >= _FLAIR_INVERSION and echo >= _LONG_ECHO:
        return MriSequence.FLAIR
    if "GR" in acquisition.techniques or "GRADIENT" in acquisition.techniques:
        t1 = echo <= _T1_GRADIENT_ECHO and (acquisition.flip_angle or 0) >= _T1_FLIP
        return MriSequence.T1 if t1 else MriSequence.OTHER
    if echo >= _LONG_ECHO and repetition >= _LONG_REPETITION:
        return MriSequence.T2
    if echo <= _SHORT_ECHO and repetition <= _SHORT_REPETITION:
        return MriSequence.T1
    return None
