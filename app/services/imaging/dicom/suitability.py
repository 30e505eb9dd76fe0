"""Judges from a header whether an object holds MR slices of a head that the network can read, before it is decoded.

Each fault is a notice: a stable code, and a sentence with what was found and what is needed.
"""

import re

from app.services.imaging.dicom.header import Frame, Header
from app.services.imaging.reading import Notice

_MR = "1.2.840.10008.5.1.4.1.1.4"
_MR_PICTURES = (_MR, f"{_MR}.1", f"{_MR}.3", f"{_MR}.4")
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_SPECTROSCOPY = f"{_MR}.2"
_DIRECTORY = "1.2.840.10008.1.3.10"
_PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"
_SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
_MR_MODALITIES = ("MR", "OT", "SC", "")
# Parts of the body that are not the head; a part that is not listed is left to the gate.
_OTHER_PARTS = re.compile(
    r"\b(ABDOMEN|ANKLE|ANUS|AORTA|ARM|BLADDER|BREAST|CHEST|COLON|ELBOW|FEMUR|FINGER|FOOT|HAND|HEART|HIP|KIDNEY|KNEE|LEG|"
    r"LIVER|LUMBAR|LUNG|NECK|PANCREAS|PELVIS|PROSTATE|RECTUM|[CLT]?[SL]?SPINE|SHOULDER|SPLEEN|THIGH|THORAX|TIBIA|UTERUS|"
    r"WRIST|LWS|HWS|BWS)\b"
)

# Words of the image type, and what they mean.
_MAPS = {
    "ADC": "a map of the diffusion coefficient (ADC)",
    "EADC": "a map of the diffusion coefficient",
    "FA": "a map of fractional anisotropy (FA)",
    "CBF": "a perfusion map (CBF)",
    "RCBF": "a perfusion map (CBF)",
    "RELCBF": "a perfusion map (CBF)",
    "CBV": "a perfusion map (CBV)",
    "RCBV": "a perfusion map (CBV)",
    "RELCBV": "a perfusion map (CBV)",
    "MTT": "a perfusion map (MTT)",
    "TTP": "a perfusion map (TTP)",
    "TMAX": "a perfusion map (Tmax)",
    "KTRANS": "a perfusion map (Ktrans)",
    "PERFUSION": "a perfusion picture",
    "ASL": "a perfusion picture",
    "DIFFUSION": "a diffusion picture",
    "TRACEW": "a diffusion picture",
    "TENSOR": "a diffusion map",
    "P": "a phase picture",
    "PHASE": "a phase picture",
    "PHASE MAP": "a phase picture",
    "VELOCITY": "a velocity map",
    "FLOW": "a flow map",
    "R": "the real part of the signal",
    "REAL": "the real part of the signal",
    "I": "the imaginary part of the signal",
    "IMAGINARY": "the imaginary part of the signal",
    "MIXED": "a mixture of magnitude, phase and maps",
    "B0": "a map of the magnetic field",
    "B0 MAP": "a map of the magnetic field",
    "B1": "a map of the radio-frequency field",
    "FIELD_MAP": "a map of the magnetic field",
    "T1 MAP": "a map of T1",
    "T2 MAP": "a map of T2",
    "T2_STAR MAP": "a map of T2*",
    "R2 MAP": "a map of R2",
    "R2_STAR MAP": "a map of R2*",
    "SUBTRACTION": "a difference of pictures",
    "SUB": "a difference of pictures",
    "PROJECTION IMAGE": "a projection through the volume",
    "MIP": "a projection through the volume",
    "CSA MIP": "a projection through the volume",
    "MINIP": "a projection through the volume",
    "MIN_IP": "a projection through the volume",
    "VOLUME_RENDERED": "a rendering of the volume",
    "SCREEN SAVE": "a picture of the screen",
    "CSA REPORT": "a report",
    "SPECTROSCOPY": "spectroscopy",
    "METABOLITE_MAP": "a map of metabolites",
}
# The same in the words of descriptions, where the image type is silent.
_MAP_WORDS = re.compile(
    r"\b(E?ADC|FA MAP|COLFA|R?CBF|R?CBV|MTT|TTP|TMAX|KTRANS|PHASE(?: MAP)?|B0 ?MAP|B1 ?MAP|FIELD ?MAP|MIN?IP|"
    r"SUBTRACTION|T[12]\*? ?MAP|SCREEN ?SAVE|SCREENSHOT)\b"
)
_LOCALIZER_WORDS = re.compile(
    r"\b(LOCALI[SZ]ER|LOC|SCOUTS?|SURVEY|3 ?PLANE ?LOC\w*|AAHEAD\w*|AAHSCOUT\w*|PLAN SCAN|TOPOGRAM)\b"
)
_EPI_WORDS = re.compile(r"\b(EPI|EPFID\w*|EP ?2D\w*|SEEPI\w*|FMRI|BOLD|EP B\d+\w*|DTI|DWI|DIFF(?:USION)?|RESOLVE)\b")
_UNDERSCORES = re.compile(r"[_\-/+.,;:()<>*#]+")


def object_faults(header: Header) -> list[Notice]:
    """Why an object cannot be read as MR slices of a head; empty if it can.

    The order is that of importance: what the object is, what was measured, how.
    """
    acquisition = header.acquisition
    storage = acquisition.storage
    if storage == _DIRECTORY:
        return [Notice("directory", "It is the directory of a disc (DICOMDIR), which holds no picture.")]
    if storage == _SPECTROSCOPY:
        return [Notice("spectroscopy", "It holds MR spectroscopy, not a picture.")]
    if storage == _PARAMETRIC_MAP or storage in _SEGMENTATIONS:
        return [Notice("derived-map", "It holds a parametric map or a segmentation; an MR slice is needed.")]
    if header.pixels is None:
        if header.encrypted:
            return [Notice("encrypted", "Its attributes are encrypted. Decrypt it before you send it.")]
        return [Notice("no-picture", "It holds no picture.")]
    faults = []
    if acquisition.modality not in _MR_MODALITIES:
        modality = acquisition.modality[:16].encode("ascii", "replace").decode()
        return [Notice("not-mr", f"Its modality is {modality}; MR is needed.")]
    if storage and not is_picture_class(storage):
        return [Notice("not-mr", "It is of a class of DICOM objects that holds no MR picture.")]
    if acquisition.phantom:
        faults.append(Notice("phantom", "The header says that a phantom was measured, not a head."))
    part = acquisition.body_part
    words = words_of(acquisition.description)
    if _OTHER_PARTS.search(words_of(part)) or (not part and _OTHER_PARTS.search(words)):
        faults.append(Notice("not-head", "The header names another part of the body than the head."))
    kinds = {word for frame in header.frames for word in frame.kind} | set(header.kind)
    if "LOCALIZER" in kinds or _LOCALIZER_WORDS.search(words):
        faults.append(Notice("localizer", "It is a localizer (scout), made to plan the other series."))
    if meaning := _map_of(header, words):
        faults.append(Notice("derived-map", f"It holds {meaning}; T1, T2 and FLAIR pictures are accepted."))
    if "MOSAIC" in kinds:
        faults.append(Notice("mosaic", "It holds many slices side by side in one picture (mosaic)."))
    if "EP" in acquisition.techniques or "EPI_GEMS" in acquisition.techniques or _EPI_WORDS.search(words):
        faults.append(
            Notice("epi", "It is echo-planar, as functional and diffusion series are, whose pictures are distorted.")
        )
    return faults


def is_picture_class(storage: str) -> bool:
    """Whether objects of this class hold MR pictures, or pictures that may be of MR."""
    return storage in _MR_PICTURES or storage.startswith(_SECONDARY_CAPTURE)


def words_of(description: str) -> str:
    """A description with its words separated by spaces."""
    return " ".join(_UNDERSCORES.sub(" ", description).split())


def map_of(frame: Frame) -> str | None:
    """What a frame holds if it is not a picture of the signal's magnitude, from its image type."""
    return next((_MAPS[word] for word in frame.kind if word in _MAPS), None)


def _map_of(header: Header, words: str) -> str | None:
    meanings = list(map(map_of, header.frames))
    if all(meanings):
        return meanings[0]
    if "DIFFUSION" in header.acquisition.contrast_word or "PERFUSION" in header.acquisition.contrast_word:
        return "a diffusion or perfusion picture"
    return "a map or a projection" if _MAP_WORDS.search(words) else None
