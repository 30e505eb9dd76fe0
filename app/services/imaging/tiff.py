"""Reads the samples of TIFF files at full depth, in every layout.

Pillow knows a fixed list of layouts and reduces some of them to 8 bits. Here libtiff, within Pillow, only decompresses:
it gets the file with another directory, in which a row of samples is a row of bytes of a gray image. What `Layout`
leaves to Pillow is JPEG, YCbCr, faxes and gray of less than 8 bits.
"""

import math
import struct
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, TiffTags, UnidentifiedImageError
from PIL import TiffImagePlugin as Tiff
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from app.services.imaging.samples import Samples

_PREDICTOR = 317
# None, LZW, deflate (two numbers), PackBits, LZMA, Zstandard: the compressions that know nothing of samples.
_OF_BYTES = {1, 5, 8, 32946, 32773, 34925, 50000}
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _CIELAB, _ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
# Channels of the colours, and what Pillow calls a pixel of them; gray has several names.
_COLOURS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4, _CIELAB: 3, _ICCLAB: 3}
_NAMES = {_RGB: "RGB", _PALETTE: "P", _CMYK: "CMYK", _CIELAB: "LAB", _ICCLAB: "LAB"}
_HORIZONTAL, _FLOATING = 2, 3
_ASSOCIATED, _UNASSOCIATED, _OF_SOME_WRITERS = 1, 2, 999
_TYPES = {1: "u", 2: "i", 3: "f", 4: "u"}
_BITS = {"u": (*range(8, 17), 32, 64), "i": (8, 16, 32, 64), "f": (16, 32, 64)}
_BITS_OF_COLOURS = {_PALETTE: (1, 2, 4, 8, 16), _CMYK: (8, 16), _CIELAB: (8, 16), _ICCLAB: (8, 16)}
# The colours of ICC's Lab are shifted by half their range; those of CIE's are signed.
_SIGNS = np.array([0, 128, 128], np.uint8)
_COMPRESSIONS = {33003: "JPEG 2000", 33005: "JPEG 2000", 34712: "JPEG 2000", 34887: "LERC", 50002: "JPEG XL"}
_BAND_ROWS = 256
_HEADER_BYTES = 8


def read_directory(file: BinaryIO) -> ImageFileDirectory_v2:
    """The first directory of a TIFF file.

    Raises:
        Exception: any exception, if the file is damaged; see `app.services.imaging.formats.damaged`.
    """
    file.seek(0)
    header = file.read(8)
    prefix = header[:2]
    if b"+" in header[2:4]:  # BigTIFF
        # Pillow recognises it only by the signature of little-endian files.
        header = b"II+\0" + header[4:] + file.read(8)
    directory = ImageFileDirectory_v2(header, prefix)
    file.seek(directory.next)
    directory.load(file)
    return directory


def part_offsets(directory: ImageFileDirectory_v2) -> tuple[int, ...]:
    """The positions of a file's strips or tiles."""
    return _numbers(directory.get(Tiff.TILEOFFSETS, directory.get(Tiff.STRIPOFFSETS, ())))


def unknown_coding(file: BinaryIO, directory: ImageFileDirectory_v2) -> str | None:
    """What a TIFF file is that neither `Layout` nor Pillow reads; None for any other, damaged ones included.

    Raises:
        Exception: any exception, if the directory is damaged.
    """
    if Layout.of(directory):
        return None
    compression = directory.get(Tiff.COMPRESSION, 1)
    photometric = directory.get(Tiff.PHOTOMETRIC_INTERPRETATION, _WHITE_IS_ZERO)
    if (photometric, compression) == (_YCBCR, 1) and directory.get(Tiff.YCBCRSUBSAMPLING, (1, 1)) != (1, 1):
        return "an uncompressed TIFF picture in YCbCr that stores the colours at a lower resolution"
    file.seek(0)
    # The second is Pillow's for a compression that it does not know.
    with suppress(UnidentifiedImageError, KeyError), Image.open(file, formats=["TIFF"]):
        return None
    name = f" ({_COMPRESSIONS[compression]})" if compression in _COMPRESSIONS else ""
    bits = " + ".join(map(str, directory.get(Tiff.BITSPERSAMPLE, (1,))))
    return (
        f"a TIFF picture with {bits} bits for each pixel, photometric interpretation {photometric} and compression "
        f"{compression}{name}"
    )


def _numbers(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def _packed(tags: dict[int, tuple[int, ...]], start: int) -> bytes:
    """A little-endian directory of 32-bit numbers at a position of a file."""
    entries, data = struct.pack("<H", len(tags)), b""
    data_start = start + 2 + 12 * len(tags) + 4
    for tag, values in sorted(tags.items()):
        packed = struct.pack(f"<{len(values)}I", *values)
        place = packed if len(values) == 1 else struct.pack("<I", data_start + len(data))
        entries += struct.pack("<HHI", tag, TiffTags.LONG, len(values)) + place
        data += packed if len(values) > 1 else b""
    return entries + bytes(4) + data


@dataclass(frozen=True)
class Layout:
    """How a file stores its samples.

    Attributes:
        width, height: in pixels, as stored.
        channels: samples of a pixel, including those that are not read.
        colours: the first of them that are gray or an index (1), RGB or Lab (3), or inks (4).
        alpha: index of the channel with the opacity; None if there is none, or if the colours contain it already.
        kind: `u`, `i` or `f`, unsigned, signed or floating-point.
        bits: of a sample.
        part: width and height of a strip or tile.
        tiled: whether the parts are tiles.
        planar: whether each channel has a plane of its own.
    """

    directory: ImageFileDirectory_v2
    width: int
    height: int
    channels: int
    colours: int
    alpha: int | None
    kind: str
    bits: int
    part: tuple[int, int]
    tiled: bool
    planar: bool

    @classmethod
    def of(cls, directory: ImageFileDirectory_v2) -> "Layout | None":
        """The layout that a directory describes; None if only Pillow can read it, or nobody.

        Raises:
            Exception: any exception, if the directory is damaged.
        """
        photometric = directory.get(Tiff.PHOTOMETRIC_INTERPRETATION, _WHITE_IS_ZERO)
        width, height = directory[Tiff.IMAGEWIDTH], directory[Tiff.IMAGELENGTH]
        channels = directory.get(Tiff.SAMPLESPERPIXEL, 1)
        depths, types = set(directory.get(Tiff.BITSPERSAMPLE, (1,))), set(directory.get(Tiff.SAMPLEFORMAT, (1,)))
        kind, bits = _TYPES.get(min(types)), min(depths)
        colours = _COLOURS.get(photometric, 1)
        readable = (
            photometric in _COLOURS
            and directory.get(Tiff.COMPRESSION, 1) in _OF_BYTES
            and len(depths) == len(types) == 1
            and kind
            and bits in _BITS_OF_COLOURS.get(photometric, _BITS[kind])
            and channels >= colours
            and width > 0 < height
        )
        if not readable or not kind:
            return None
        tiled = Tiff.TILEOFFSETS in directory
        part = (
            (directory[Tiff.TILEWIDTH], directory[Tiff.TILELENGTH])
            if tiled
            else (width, min(directory.get(Tiff.ROWSPERSTRIP, height), height))
        )
        extra = directory.get(Tiff.EXTRASAMPLES, (_UNASSOCIATED,) * (channels - colours))
        opacities = [index for index, use in enumerate(extra) if use in (_UNASSOCIATED, _OF_SOME_WRITERS)]
        return cls(
            directory=directory,
            width=width,
            height=height,
            channels=channels,
            colours=colours,
            alpha=colours + opacities[0] if opacities and _ASSOCIATED not in extra else None,
            kind=kind,
            bits=bits,
            part=part,
            tiled=tiled,
            planar=directory.get(Tiff.PLANAR_CONFIGURATION, 1) == 2,
        )

    @property
    def mode(self) -> str:
        """The kind of pixel, named like Pillow's raw modes."""
        gray = "L" if self.bits == 8 else "F" if self.kind == "f" else "I"
        letters = _NAMES.get(self._photometric, gray)
        if self.alpha is not None:
            letters = letters.replace("I", "L").replace("F", "L") + "A"
        depth = f"{self.bits}{'S' if self.kind == 'i' else 'F' if self.kind == 'f' else ''}"
        return letters if depth == "8" else f"{letters};{depth}"

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the upright image."""
        turned = self.directory.get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
        return (self.height, self.width) if turned else (self.width, self.height)

    @property
    def stores_differences_of_floats(self) -> bool:
        """Whether the file has differences of bytes in place of the samples."""
        return bool(self.directory.get(_PREDICTOR, 1) == _FLOATING)

    @property
    def nbytes(self) -> int:
        """Memory that the decompressed samples take, padding included, in bytes."""
        across, down = self._grid
        return across * down * self.part[1] * self._row_bytes * (self.channels if self.planar else 1)

    @property
    def _photometric(self) -> int:
        return int(self.directory.get(Tiff.PHOTOMETRIC_INTERPRETATION, _WHITE_IS_ZERO))

    @property
    def _grid(self) -> tuple[int, int]:
        """Number of parts next to each other and below each other."""
        return math.ceil(self.width / self.part[0]), math.ceil(self.height / self.part[1])

    @property
    def _interleaved(self) -> int:
        return 1 if self.planar else self.channels

    @property
    def _row_bytes(self) -> int:
        """Bytes of a row of a part."""
        return (self.part[0] * self._interleaved * self.bits + 7) // 8

    def read(self, file: BinaryIO) -> Samples:
        """Read the samples.

        Raises:
            Exception: any exception, if the file is damaged; see `app.services.imaging.formats.damaged`.
        """
        file.seek(0)
        content = file.read()
        wanted = [*range(self.colours), *([] if self.alpha is None else [self.alpha])]
        if self.planar:
            planes = np.concatenate([self._plane(content, channel) for channel in wanted], axis=2)
        else:
            planes = self._plane(content, 0)
            if len(wanted) < self.channels:
                planes = planes[..., wanted]
        alpha = None if self.alpha is None else planes[..., -1]
        return Samples(self._colours(planes[..., : self.colours]), alpha, self._photometric == _WHITE_IS_ZERO)

    def _colours(self, values: NDArray[Any]) -> NDArray[Any]:
        """Gray or RGB samples as they are, those of palettes and other colour spaces as 8-bit RGB."""
        if self._photometric == _PALETTE:
            palette = np.reshape(self.directory[Tiff.COLORMAP], (3, -1)).T
            # The entries have 16 bits; like libtiff, believe programs that write only 8.
            palette = palette // 256 if palette.max() > 255 else palette
            return np.take(palette.astype(np.uint8), values[..., 0], axis=0, mode="clip")
        if self._photometric not in _BITS_OF_COLOURS:
            return values
        high = (values >> 8 if self.bits == 16 else values).astype(np.uint8, copy=False)
        if self._photometric == _ICCLAB:
            high = high ^ _SIGNS
        mode = _NAMES[self._photometric]
        image = Image.frombuffer(mode, (self.width, self.height), np.ascontiguousarray(high), "raw", mode, 0, 1)
        return np.asarray(image.convert("RGB"))

    def _plane(self, content: bytes, number: int) -> NDArray[np.generic]:
        """The samples of one plane, `[height, width, interleaved channels]`."""
        across, down = self._grid
        row_bytes, parts = self._row_bytes, slice(number * across * down, (number + 1) * across * down)
        tags: dict[int, tuple[int, ...]] = {
            Tiff.IMAGEWIDTH: (across * row_bytes,),
            Tiff.IMAGELENGTH: (self.height,),
            Tiff.BITSPERSAMPLE: (8,),
            Tiff.COMPRESSION: (self.directory.get(Tiff.COMPRESSION, 1),),
            Tiff.PHOTOMETRIC_INTERPRETATION: (_BLACK_IS_ZERO,),
            Tiff.FILLORDER: (self.directory.get(Tiff.FILLORDER, 1),),
            Tiff.SAMPLESPERPIXEL: (1,),
        }
        if self.tiled:
            tags |= {Tiff.TILEWIDTH: (row_bytes,), Tiff.TILELENGTH: (self.part[1],)}
            positions, counts = Tiff.TILEOFFSETS, Tiff.TILEBYTECOUNTS
        else:
            tags[Tiff.ROWSPERSTRIP] = (self.part[1],)
            positions, counts = Tiff.STRIPOFFSETS, Tiff.STRIPBYTECOUNTS
        tags[positions] = tuple(offset + _HEADER_BYTES for offset in _numbers(self.directory[positions])[parts])
        if counts in self.directory:
            tags[counts] = _numbers(self.directory[counts])[parts]
        start = _HEADER_BYTES + len(content)
        # In one step: each further copy of the content takes as much memory as the file.
        file = BytesIO(b"".join((b"II*\0", struct.pack("<I", start), content, _packed(tags, start))))
        with Image.open(file, formats=["TIFF"]) as image:
            rows = np.frombuffer(image.tobytes(), np.uint8).reshape(self.height, across, row_bytes)
        return self._samples(rows).reshape(self.height, -1, self._interleaved)[:, : self.width]

    def _samples(self, rows: NDArray[np.uint8]) -> NDArray[np.generic]:
        """The samples of rows of bytes, `[height, parts, width of a part, interleaved channels]`."""
        height, across, _ = rows.shape
        shape = (height, across, self.part[0], self._interleaved)
        predictor = self.directory.get(_PREDICTOR, 1)
        if self.bits % 8:
            if predictor != 1:
                raise ValueError("no program writes such a predictor")
            return self._unpacked(rows).reshape(shape)
        size = self.bits // 8
        if predictor == _FLOATING:
            added = rows.reshape(height, across, -1, self._interleaved).cumsum(axis=2, dtype=np.uint8)
            values = np.moveaxis(added.reshape(height, across, size, -1), 2, 3)
            return np.ascontiguousarray(values).view(f">f{size}").reshape(shape)
        order = "<" if self.directory.prefix == b"II" else ">"
        numbers = rows.view(f"{order}u{size}").reshape(shape)
        if predictor == _HORIZONTAL:
            numbers = numbers.cumsum(axis=2, dtype=f"u{size}")
            order = "="
        return numbers.view(f"{order}{self.kind}{size}")

    def _unpacked(self, rows: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """Samples of up to 15 bits, the first bit being the highest in either byte order."""
        count = self.part[0] * self._interleaved
        out = np.empty((*rows.shape[:2], count), np.uint16)
        for row in range(0, len(rows), _BAND_ROWS):
            bits = np.unpackbits(rows[row : row + _BAND_ROWS], axis=2)[..., : count * self.bits]
            bits = bits.reshape(*bits.shape[:2], count, self.bits)
            padded = np.pad(bits, ((0, 0), (0, 0), (0, 0), (16 - self.bits, 0)))
            out[row : row + _BAND_ROWS] = np.packbits(padded, axis=3).view(">u2")[..., 0]
        return out
