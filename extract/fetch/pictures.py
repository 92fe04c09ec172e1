"""Pages that are pictures, bound into one PDF: the scan reader's document. Same pictures, same bytes."""

from __future__ import annotations

import io
import zlib

from PIL import Image

from extract.errors import FetchError

_DPI = 150
_MOST_PIXELS = 60_000_000


def as_pdf(pictures: list[bytes]) -> bytes:
    """One page for each picture, at 150 dpi. JPEG is kept as it is. Raises FetchError for what is no picture."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for data in pictures:
        width, height, space, coding, content = _image(data)
        number = len(objects) + 1
        wide, high = width * 72 / _DPI, height * 72 / _DPI
        draw = f"q {wide:.2f} 0 0 {high:.2f} 0 0 cm /I Do Q".encode()
        kids.append(f"{number} 0 R")
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide:.2f} {high:.2f}] /Contents {number + 1} 0 R "
            f"/Resources << /XObject << /I {number + 2} 0 R >> >> >>".encode(),
            _stream("", draw),
            _stream(
                f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /{space} "
                f"/BitsPerComponent 8 /Filter /{coding} ",
                content,
            ),
        ]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010} 00000 n \n" for place in places).encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _image(data: bytes) -> tuple[int, int, str, str, bytes]:
    """Width, height, colour space, filter and content of one picture."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            if width * height > _MOST_PIXELS:
                raise FetchError(f"a picture of {width} × {height} points is too large", code="too_large")
            if image.format == "JPEG" and image.mode in ("RGB", "L"):
                return width, height, "DeviceGray" if image.mode == "L" else "DeviceRGB", "DCTDecode", data
            pixels = image.convert("RGB").tobytes()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FetchError(f"a page that should be a picture is none: {error}", code="picture_unreadable") from error
    return width, height, "DeviceRGB", "FlateDecode", zlib.compress(pixels)


def _stream(entries: str, content: bytes) -> bytes:
    return f"<< {entries}/Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
