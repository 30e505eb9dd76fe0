"""Turns a slice to the radiological convention: seen from the patient's feet, front or left.

Axial: front at the top, the patient's right on the reader's left. Coronal: head at the top, the patient's right on the
reader's left. Sagittal: head at the top, face on the reader's left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.acquisition import Plane
from app.services.imaging.dicom.header import Vector

# Axes of the patient: to the left, to the back, to the head.
_LEFT, _BACK, _HEAD = np.eye(3)
# For each plane: its normal, and the directions of the picture to the right and downwards.
_VIEWS = {
    Plane.AXIAL: (_HEAD, _LEFT, _BACK),
    Plane.CORONAL: (_BACK, _LEFT, -_HEAD),
    Plane.SAGITTAL: (_LEFT, _BACK, -_HEAD),
}
_WORDS = {
    Plane.AXIAL: "front at the top, the patient's right on the left of the picture",
    Plane.CORONAL: "head at the top, the patient's right on the left of the picture",
    Plane.SAGITTAL: "head at the top, face on the left of the picture",
}
# From this angle between the slice and a plane of the body on, in degrees, a slice counts as oblique.
_OBLIQUE = 20


@dataclass(frozen=True)
class Orientation:
    """How a slice lies in the patient, and how its picture is turned.

    Attributes:
        plane: the plane of the body that is closest.
        oblique: the angle to that plane, in degrees; 0 to 55.
        transposed, mirrored, upside_down: what is done to the stored picture, in this order.
        normal: unit vector across the slices, towards the patient's head, back or left.
    """

    plane: Plane
    oblique: float
    transposed: bool
    mirrored: bool
    upside_down: bool
    normal: tuple[float, float, float]

    @property
    def words(self) -> str:
        """The orientation of the turned picture, for people."""
        tilt = f", tilted by {self.oblique:.0f}°" if self.oblique >= _OBLIQUE else ""
        return f"{self.plane.value}{tilt}; {_WORDS[self.plane]}"

    def turn(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Turn stored pixels `[rows, columns, …]` to the convention."""
        if self.transposed:
            values = values.swapaxes(0, 1)
        if self.mirrored:
            values = values[:, ::-1]
        return values[::-1] if self.upside_down else values

    def turn_back(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """The inverse of `turn`."""
        if self.upside_down:
            values = values[::-1]
        if self.mirrored:
            values = values[:, ::-1]
        return values.swapaxes(0, 1) if self.transposed else values

    def turn_spacing(self, spacing: tuple[float, float]) -> tuple[float, float]:
        """The distance of rows and columns of the turned picture."""
        return (spacing[1], spacing[0]) if self.transposed else spacing


def orientation_of(cosines: Vector | None) -> Orientation | None:
    """The orientation of a slice from its direction cosines; None if they are missing or are no right angle."""
    if cosines is None:
        return None
    row, column = np.array(cosines[:3]), np.array(cosines[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    if not 0.5 < min(lengths) <= max(lengths) < 2 or abs(row @ column) > 0.1 * lengths[0] * lengths[1]:
        return None
    row, column = row / lengths[0], column / lengths[1]
    normal = np.cross(row, column)
    normal /= np.linalg.norm(normal)
    plane = max(_VIEWS, key=lambda each: abs(_VIEWS[each][0] @ normal))
    across, right, down = _VIEWS[plane]
    closeness = float(across @ normal)
    transposed = abs(column @ right) > abs(row @ right)
    if transposed:
        row, column = column, row
    x, y, z = (normal if closeness > 0 else -normal).tolist()
    return Orientation(
        plane=plane,
        oblique=float(np.degrees(np.arccos(min(1.0, abs(closeness))))),
        transposed=bool(transposed),
        mirrored=bool(row @ right < 0),
        upside_down=bool(column @ down < 0),
        normal=(x, y, z),
    )
