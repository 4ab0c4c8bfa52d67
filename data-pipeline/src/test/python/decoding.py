"""Makes the grid of image files that the tests of data-pipeline decode, and what PIL decodes of each.

    python decoding.py --out src/test/resources/org/e2spark/data/source/files/decoding

decoding.bin.gz holds every file, and each distinct array that PIL decodes (channel-interleaved bytes)
once; decoding.json names each file, its array, the array's shape, and how many levels may lie between;
an image with an orientation has a second array, turned as it says. Arrays
are PIL's but for what PIL does not hand on as stored: of 16 bits the upper byte, and of a TIFF image its
samples before it is turned. "refuse" marks what no rule about colours covers, or PIL itself refuses: it
must fail by name. The committed files were made with Pillow 13.0.0, tifffile 2026.3.3, imagecodecs
2026.3.6 and NumPy 2.4.6. Nothing random but what SEED decides.
"""

import argparse
import gzip
import hashlib
import io
import json
import pathlib
import struct
import warnings
import zlib

import imagecodecs
import numpy as np
import tifffile
from PIL import Image, ImageCms, ImageOps

SEED = 8
HEIGHT, WIDTH = 19, 21
JPEG_LEVELS = 3


def colours():
    """A smooth image with two edges and a little noise."""
    random = np.random.default_rng(SEED)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    image = np.stack([x * 11 + y, 255 - y * 12, 128 + 6 * (x - y)], axis=-1).astype(float)
    image[4:11, 6:15] = (230, 30, 60)
    image[12:17, 2:9] = (20, 200, 240)
    return np.clip(image + random.integers(-6, 7, image.shape), 0, 255).astype(np.uint8)


RGB = colours()
GREY = np.asarray(Image.fromarray(RGB).convert("L"))
ALPHA = np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))
RGB16 = RGB.astype(np.uint16) * 256 + RGB[::-1].astype(np.uint16)
GREY16 = GREY.astype(np.uint16) * 256 + GREY[::-1].astype(np.uint16)
PALETTE = np.random.default_rng(SEED + 1).integers(0, 256, (256, 3), dtype=np.uint8)


def profile():
    """An ICC profile that changes colours much wherever it is applied."""
    base = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    base[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    # The red and blue colorants change places.
    tags = {}
    for i in range(struct.unpack(">I", base[128:132])[0]):
        tag, offset, length = struct.unpack(">4sII", base[132 + 12 * i : 144 + 12 * i])
        tags[tag] = (132 + 12 * i, offset, length)
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    base[red[0] + 4 : red[0] + 12], base[blue[0] + 4 : blue[0] + 12] = (
        struct.pack(">II", *blue[1:]),
        struct.pack(">II", *red[1:]),
    )
    return bytes(base)


ICC = profile()


def exif(orientation, order="<"):
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(order + "IHHHIHHI", 8, 1, 274, 3, 1, orientation, 0, 0)


class Grid:
    def __init__(self):
        self.index, self.files, self.arrays = [], {}, {}

    def array(self, values):
        values = np.ascontiguousarray(values, dtype=np.uint8)
        name = hashlib.sha256(values.tobytes() + bytes(values.shape)).hexdigest()[:12]
        self.arrays[name] = values.tobytes()
        return name

    def add(self, name, data, levels=None, stored=None, refuse=False, oriented=False, may_refuse=False):
        """Adds a file with what PIL decodes of it, or with the samples it was made of."""
        assert name not in self.files, name
        self.files[name] = data
        entry = {"file": name}
        values = None
        if not refuse:
            try:
                values = stored if stored is not None else pil(data)
            except Exception as error:
                print(name, "is refused by PIL:", error)
        if values is None:
            entry["refuse"] = True
        else:
            if levels is None:
                levels = JPEG_LEVELS if name.startswith("jpeg") else 0
            shape = (values.shape[2] if values.ndim == 3 else 1, *values.shape[:2])
            entry.update(array=self.array(values), shape=shape, levels=levels)
            if oriented:
                image = ImageOps.exif_transpose(pil_image(data))
                turned = np.asarray(image)
                entry.update(turned=self.array(turned), turnedShape=(shape[0], *turned.shape[:2]))
            if may_refuse:
                entry["mayRefuse"] = True
        self.index.append(entry)

    def write(self, stem):
        """Everything one after another in STEM.bin.gz, and where it stands in STEM.json."""
        data, places = io.BytesIO(), {}
        for name, content in {**self.files, **self.arrays}.items():
            places[name] = dict(offset=data.tell(), length=len(content))
            data.write(content)
        entries = [{**entry, **places[entry["file"]]} for entry in self.index]
        entries += [{"values": name, **places[name]} for name in self.arrays]
        packed_ = gzip.compress(data.getvalue(), 9, mtime=0)
        pathlib.Path(f"{stem}.json").write_text("[\n" + ",\n".join(map(json.dumps, entries)) + "\n]\n")
        pathlib.Path(f"{stem}.bin.gz").write_bytes(packed_)
        print(len(self.index), "files,", len(packed_), "bytes")


def pil_image(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def pil(data):
    image = pil_image(data)
    if image.mode in ("1", "L", "LA", "RGB", "RGBA"):
        return np.asarray(image.convert({"1": "L", "LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode)))
    if image.mode.startswith("I;16"):
        return (np.asarray(image) >> 8).astype(np.uint8)
    if image.mode in ("P", "PA"):
        return np.asarray(image.convert("RGB"))
    raise ValueError("mode " + image.mode)


# JPEG


def segments(data):
    """The marker segments before the scan, and the rest."""
    at, found = 2, []
    while True:
        marker, length = struct.unpack(">HH", data[at : at + 4])
        if marker == 0xFFDA:
            return found, data[at:]
        found.append((marker, data[at + 4 : at + 2 + length]))
        at += 2 + length


def joined(found, rest):
    return b"\xff\xd8" + b"".join(struct.pack(">HH", m, len(b) + 2) + b for m, b in found) + rest


def remarked(data, jfif=True, adobe=None, ids=None):
    """The same scan with other markers and component ids."""
    found, rest = segments(data)
    apps = []
    if jfif:
        apps.append((0xFFE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"))
    if adobe is not None:
        apps.append((0xFFEE, b"Adobe\0\x64\0\0\0\0" + bytes([adobe])))
    rest = bytearray(rest)
    others = []
    for marker, body in found:
        if marker in (0xFFE0, 0xFFEE):
            continue
        if marker in (0xFFC0, 0xFFC2) and ids:
            body = bytearray(body)
            for i, identifier in enumerate(ids):
                body[6 + 3 * i] = identifier
            body = bytes(body)
        others.append((marker, body))
    if ids:
        for i, identifier in enumerate(ids):
            rest[5 + 2 * i] = identifier
    return joined(apps + others, bytes(rest))


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(grid):
    colour, grey = Image.fromarray(RGB), Image.fromarray(GREY)
    grid.add("jpeg/grey.jpg", saved(grey, "JPEG", quality=90))
    grid.add("jpeg/grey-progressive.jpg", saved(grey, "JPEG", quality=90, progressive=True))
    for sampling in ("4:4:4", "4:2:2", "4:2:0"):
        short = sampling.replace(":", "")
        for progressive in (False, True):
            for restart in (0, 1, 3):
                data = saved(
                    colour, "JPEG", quality=85, subsampling=sampling, progressive=progressive,
                    restart_marker_blocks=restart,
                )
                grid.add(f"jpeg/{short}{'-progressive' * progressive}-restart{restart}.jpg", data)
    for quality in (10, 50, 100):
        grid.add(f"jpeg/quality{quality}.jpg", saved(colour, "JPEG", quality=quality))
    sampled = {s: imagecodecs.jpeg8_encode(RGB, level=90, subsampling=s) for s in ("444", "422", "420", "440", "411", "410", "441") if s in SAMPLINGS}
    for sampling, data in sampled.items():
        grid.add(f"jpeg/turbo-{sampling}.jpg", data)
    # One of each odd size, where filters meet edges.
    for height, width in ((1, 1), (1, 9), (2, 2), (3, 17), (16, 16), (17, 5), (8, 33)):
        part = np.ascontiguousarray(np.tile(RGB, (2, 2, 1))[:height, :width])
        for sampling in SAMPLINGS:
            data = imagecodecs.jpeg8_encode(part, level=90, subsampling=sampling)
            grid.add(f"jpeg/size-{height}x{width}-{sampling}.jpg", data)
    for ids in ((1, 2, 3), (0, 1, 2), (82, 71, 66), (89, 67, 99), (114, 103, 98)):
        label = "ids" + "-".join(map(str, ids))
        for sampling in ("444", "420"):
            for jfif in (True, False):
                for adobe in (None, 0, 1, 2):
                    data = remarked(sampled[sampling], jfif, adobe, ids)
                    markers = ("-jfif" * jfif) + ("" if adobe is None else f"-adobe{adobe}")
                    grid.add(f"jpeg/{sampling}-{label}{markers or '-bare'}.jpg", data)
    grid.add("jpeg/rgb.jpg", saved(colour, "JPEG", quality=90, keep_rgb=True))
    grid.add("jpeg/grey-adobe0.jpg", remarked(saved(grey, "JPEG"), False, 0))
    grid.add("jpeg/grey-id7.jpg", remarked(saved(grey, "JPEG"), False, None, (7,)))
    grid.add("jpeg/cmyk.jpg", saved(colour.convert("CMYK"), "JPEG"), refuse=True)
    for name, data in (("cmyk", saved(colour.convert("CMYK"), "JPEG")),):
        for adobe in (0, 2):
            grid.add(f"jpeg/{name}-adobe{adobe}.jpg", remarked(data, False, adobe), refuse=True)
    for short, image in (("colour", colour), ("grey", grey)):
        data = saved(image, "JPEG", quality=90, icc_profile=ICC)
        grid.add(f"jpeg/{short}-profile.jpg", data)
    grid.add("jpeg/profile-broken.jpg", saved(colour, "JPEG", quality=90, icc_profile=ICC[:200]))
    for orientation in range(1, 9):
        for order in "<>":
            data = saved(colour, "JPEG", quality=90, exif=b"Exif\0\0" + exif(orientation, order))
            grid.add(f"jpeg/exif{orientation}{'le' if order == '<' else 'be'}.jpg", data, oriented=True)
    grid.add("jpeg/exif-grey6.jpg", saved(grey, "JPEG", exif=b"Exif\0\0" + exif(6)), oriented=True)
    grid.add("jpeg/exif-profile3.jpg", saved(colour, "JPEG", exif=b"Exif\0\0" + exif(3), icc_profile=ICC), oriented=True)
    grid.add("jpeg/exif-invalid.jpg", saved(colour, "JPEG", exif=b"Exif\0\0" + exif(9)))
    # Bytes that belong to nothing, where cameras and editors leave them.
    data = saved(colour, "JPEG", quality=90)
    grid.add("jpeg/extraneous-end.jpg", data[:-2] + bytes(range(40)) + data[-2:])
    grid.add("jpeg/extraneous-ff-end.jpg", data[:-2] + b"\xff\xff\xff" + data[-2:])
    grid.add("jpeg/after-end.jpg", data + b"\0\1\2\3trailing")
    found, rest = segments(data)
    grid.add("jpeg/extraneous-header.jpg", joined(found[:2], b"\0\0\0\0" + joined(found[2:], rest)[2:]))
    data = saved(colour, "JPEG", quality=90, restart_marker_blocks=1)
    at = data.index(b"\xff\xd1")
    grid.add("jpeg/extraneous-restart.jpg", data[:at] + b"\0\0" + data[at:])
    # Within a scan they are as likely a sign of damage, and may hide more of it.
    more = data[:at] + bytes(range(40)) + data[at:]
    grid.add("jpeg/extraneous-scan.jpg", more, may_refuse=True)
    grid.add("jpeg/extraneous-hides.jpg", more[: more.index(b"\xff\xd1") + 60] + data[-2:], refuse=True)
    grid.add("jpeg/comment.jpg", saved(colour, "JPEG", comment=b"two\xffbytes"))
    # A JFIF marker that is not the first, a long run of fill bytes, two Adobe markers.
    found, rest = segments(remarked(data, True, 1))
    grid.add("jpeg/adobe-before-jfif.jpg", joined([found[1], found[0]] + found[2:], rest))
    data = saved(colour, "JPEG", quality=90)
    at = data.index(b"\xff\xdb")
    grid.add("jpeg/fill.jpg", data[:at] + b"\xff" * 7 + data[at:])
    grid.add("jpeg/cut.jpg", data[:-40], refuse=True)
    grid.add("jpeg/no-end.jpg", data[:-2], refuse=True)
    grid.add("jpeg/head.jpg", data[: data.index(b"\xff\xda")], refuse=True)
    grid.add("jpeg/lossless.jpg", imagecodecs.ljpeg_encode(GREY), refuse=True)
    grid.add("jpeg/12bits.jpg", imagecodecs.jpeg8_encode(GREY16 >> 4, bitspersample=12), refuse=True)
    mpo = io.BytesIO()
    colour.save(mpo, "MPO", save_all=True, append_images=[Image.fromarray(RGB[::-1])])
    grid.add("jpeg/two-pictures.jpg", mpo.getvalue())


SAMPLINGS = []
for candidate in ("444", "422", "420", "440", "411", "410", "441"):
    try:
        imagecodecs.jpeg8_encode(RGB, subsampling=candidate)
        SAMPLINGS.append(candidate)
    except Exception:
        pass


# PNG


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def packed(samples, depth):
    """Rows of (height, width, channels) samples as PNG stores them."""
    rows = samples.reshape(samples.shape[0], -1)
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in rows]
    if depth == 8:
        return [row.astype(np.uint8).tobytes() for row in rows]
    bits = ((rows[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
    return [np.packbits(row.reshape(-1)).tobytes() for row in bits]


def filtered(rows, step, first):
    """Every filter in turn."""
    out, before = b"", bytes(len(rows[0])) if rows else b""
    for number, row in enumerate(rows):
        kind = (first + number) % 5
        line = bytearray(row)
        for i in range(len(row)):
            left = row[i - step] if i >= step else 0
            above, corner = before[i], before[i - step] if i >= step else 0
            if kind == 4:
                guess = left + above - corner
                distances = (abs(guess - left), abs(guess - above), abs(guess - corner))
                predicted = (left, above, corner)[distances.index(min(distances))]
            else:
                predicted = (0, left, above, (left + above) // 2)[kind]
            line[i] = (row[i] - predicted) & 255
        out += bytes([kind]) + bytes(line)
        before = row
    return out


ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def png(samples, colour_type, depth, interlaced=False, before=(), middle=(), pieces=1):
    samples = samples if samples.ndim == 3 else samples[:, :, None]
    step = max(1, samples.shape[2] * depth // 8)
    parts = [samples[y::dy, x::dx] for y, x, dy, dx in ADAM7] if interlaced else [samples]
    raw = b"".join(filtered(packed(p, depth), step, i) for i, p in enumerate(parts) if p.size)
    data = zlib.compress(raw, 9)
    height, width = samples.shape[:2]
    head = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    cut = -(-len(data) // pieces)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + b"".join(chunk(*c) for c in before)
        + b"".join(chunk(*c) for c in middle)
        + b"".join(chunk(b"IDAT", data[i : i + cut]) for i in range(0, len(data), cut))
        + chunk(b"IEND", b"")
    )


def png_files(grid):
    gamma = (b"gAMA", struct.pack(">I", 100000))
    icc = (b"iCCP", b"a name\0\0" + zlib.compress(ICC))
    kinds = []
    for depth in (1, 2, 4, 8, 16):
        grey = GREY16 if depth == 16 else GREY >> (8 - depth)
        kinds.append((f"grey{depth}", grey, 0, depth, ()))
        if depth <= 8:
            colours_ = PALETTE[: 1 << depth]
            index = (GREY >> (8 - depth)).astype(np.uint8)
            kinds.append((f"palette{depth}", index, 3, depth, ((b"PLTE", colours_.tobytes()),)))
    for depth, rgb, grey, alpha in ((8, RGB, GREY, ALPHA), (16, RGB16, GREY16, ALPHA.astype(np.uint16) * 257)):
        kinds.append((f"rgb{depth}", rgb, 2, depth, ()))
        kinds.append((f"greyalpha{depth}", np.dstack([grey, alpha]), 4, depth, ()))
        kinds.append((f"rgba{depth}", np.dstack([rgb, alpha]), 6, depth, ()))
    for name, samples, colour_type, depth, middle in kinds:
        for interlaced in (False, True):
            stored = None
            if colour_type in (0, 4) and depth == 16:
                stored = GREY
            data = png(samples, colour_type, depth, interlaced, (), middle)
            grid.add(f"png/{name}{'-interlaced' * interlaced}.png", data, stored=stored)
        grid.add(f"png/{name}-gamma.png", png(samples, colour_type, depth, False, (gamma,), middle), stored=stored)
        grid.add(f"png/{name}-profile.png", png(samples, colour_type, depth, False, (icc,), middle), stored=stored)
        transparent = {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: b"\0\x80\xff\x10"[: 1 << depth]}.get(colour_type)
        if transparent:
            data = png(samples, colour_type, depth, False, (), middle + ((b"tRNS", transparent),))
            # PIL's "convert" would make the transparent colour of a palette no different.
            grid.add(f"png/{name}-transparent.png", data, stored=stored)
    rgb = png(RGB, 2, 8)
    for orientation in range(1, 9):
        chunks = ((b"eXIf", exif(orientation, ">")),)
        grid.add(f"png/exif{orientation}.png", png(RGB, 2, 8, False, chunks), oriented=True)
    grid.add("png/exif-late6.png", rgb[:-12] + chunk(b"eXIf", exif(6)) + chunk(b"IEND", b""), oriented=True)
    grid.add("png/pieces.png", png(RGB, 2, 8, pieces=9))
    grid.add("png/after-end.png", rgb + b"trailing")
    grey_palette = np.repeat(np.arange(256, dtype=np.uint8)[::-1, None], 3, axis=1)
    grid.add("png/greypalette.png", png(GREY, 3, 8, middle=((b"PLTE", grey_palette.tobytes()),)))
    grid.add("png/srgb.png", png(RGB, 2, 8, before=((b"sRGB", b"\0"), (b"cHRM", struct.pack(">8I", 31270, 32900, 15000, 6000, 30000, 60000, 64000, 33000)))))
    grid.add("png/significant-bits.png", png(RGB, 2, 8, before=((b"sBIT", b"\5\6\5"),)))
    grid.add("png/background.png", png(np.dstack([RGB, ALPHA]), 6, 8, middle=((b"bKGD", b"\0\xff\0\xff\0\xff"),)))
    apng = io.BytesIO()
    Image.fromarray(RGB).save(apng, "PNG", save_all=True, append_images=[Image.fromarray(RGB[::-1])])
    grid.add("png/animated.png", apng.getvalue())
    short = png(GREY, 3, 8, middle=((b"PLTE", PALETTE[:16].tobytes()),))
    grid.add("png/palette-too-short.png", short, refuse=True)
    grid.add("png/palette-missing.png", png(GREY, 3, 8), refuse=True)
    for name, data in (("rgb", rgb), ("palette", png(GREY, 3, 8, middle=((b"PLTE", PALETTE.tobytes()),)))):
        for at in (20, 45, len(data) // 2, len(data) - 20, len(data) - 14, len(data) - 2):
            flipped = bytearray(data)
            flipped[at] ^= 4
            grid.add(f"png/{name}-flipped{at}.png", bytes(flipped), refuse=True)
        for cut in (8, 33, 50, len(data) // 2, len(data) - 16, len(data) - 12, len(data) - 4, len(data) - 1):
            grid.add(f"png/{name}-cut{cut}.png", data[:cut], refuse=True)
    few = png(RGB[:-3], 2, 8)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
    grid.add("png/rows-missing.png", few[:8] + head + few[33:], refuse=True)


# TIFF


def tiff(image, **options):
    out = io.BytesIO()
    options.setdefault("metadata", None)
    options.setdefault("software", False)
    options.setdefault("datetime", None)
    order = options.pop("byteorder", "<")
    big = options.pop("bigtiff", False)
    with tifffile.TiffWriter(out, byteorder=order, bigtiff=big) as writer:
        writer.write(image, **options)
    return out.getvalue()


def tiff_patched(data, tag, value):
    """The same file with a SHORT of the first directory set."""
    order = "<" if data[:2] == b"II" else ">"
    at = struct.unpack(order + "I", data[4:8])[0]
    count = struct.unpack(order + "H", data[at : at + 2])[0]
    out = bytearray(data)
    for i in range(count):
        place = at + 2 + 12 * i
        if struct.unpack(order + "H", data[place : place + 2])[0] == tag:
            out[place + 8 : place + 10] = struct.pack(order + "H", value)
            return bytes(out)
    raise KeyError(tag)


def tiff_files(grid):
    kinds = {
        "grey": (GREY, dict(photometric="minisblack"), GREY),
        "greywhite": (GREY, dict(photometric="miniswhite"), None),
        "grey16": (GREY16, dict(photometric="minisblack"), GREY),
        "rgb": (RGB, dict(photometric="rgb"), RGB),
        "rgb16": (RGB16, dict(photometric="rgb"), RGB),
        "grey16white": (GREY16, dict(photometric="miniswhite"), 255 - GREY),
        "grey4white": (GREY >> 4, dict(photometric="miniswhite", bitspersample=4), 255 - (GREY >> 4) * 17),
        "bilevel": (GREY > 127, dict(photometric="minisblack"), None),
        "bilevelwhite": (GREY > 127, dict(photometric="miniswhite"), None),
        "palette": (GREY, dict(photometric="palette", colormap=(PALETTE.T.astype(np.uint16) * 257)), PALETTE[GREY]),
        "grey4": (GREY >> 4, dict(photometric="minisblack", bitspersample=4), (GREY >> 4) * 17),
        "grey2": (GREY >> 6, dict(photometric="minisblack", bitspersample=2), (GREY >> 6) * 85),
        "rgba": (np.dstack([RGB, ALPHA]), dict(photometric="rgb", extrasamples=["unassalpha"]), RGB),
        "greyalpha": (np.dstack([GREY, ALPHA]), dict(photometric="minisblack", extrasamples=["unassalpha"], planarconfig="contig"), GREY),
        "rgbn": (np.dstack([RGB, ALPHA]), dict(photometric="rgb", extrasamples=["unspecified"]), RGB),
        "greyn": (np.dstack([GREY, ALPHA]), dict(photometric="minisblack", extrasamples=["unspecified"], planarconfig="contig"), GREY),
    }
    grid_ = {
        "plain": {},
        "big-endian": dict(byteorder=">"),
        "rows4": dict(rowsperstrip=4),
        "tiles": dict(tile=(16, 16)),
        "lzw": dict(compression="lzw"),
        "deflate": dict(compression="adobe_deflate"),
        "olddeflate": dict(compression="deflate"),
        "packbits": dict(compression="packbits"),
        "lzw-predictor": dict(compression="lzw", predictor=True),
        "deflate-predictor-tiles": dict(compression="adobe_deflate", predictor=True, tile=(16, 16)),
        "deflate-predictor-big-endian": dict(compression="adobe_deflate", predictor=True, byteorder=">"),
        "planar": dict(planarconfig="separate"),
        "planar-lzw-predictor": dict(planarconfig="separate", compression="lzw", predictor=True),
        "planar-tiles": dict(planarconfig="separate", tile=(16, 16)),
        "profile": dict(iccprofile=ICC),
        "zstd": dict(compression="zstd"),
        "lzma": dict(compression="lzma"),
        "bigtiff": dict(bigtiff=True),
    }
    for name, (image, options, stored) in kinds.items():
        for label, more in grid_.items():
            merged = {**options, **more}
            source = image
            if merged.get("planarconfig") == "separate":
                if image.ndim == 2:
                    continue
                source = np.ascontiguousarray(image.transpose(2, 0, 1))
                if name.startswith("grey"):
                    continue
            try:
                data = tiff(source, **merged)
            except Exception:
                continue
            values = stored
            if values is None:
                values = pil(tiff(image, **options))
            may = label in ("zstd", "lzma", "bigtiff")
            grid.add(f"tiff/{name}-{label}.tif", data, stored=values, may_refuse=may)
    for sampling in ((1, 1), (2, 2), (2, 1)):
        for label, more in (("", {}), ("-strips", dict(rowsperstrip=16)), ("-tiles", dict(tile=(16, 16)))):
            data = tiff(RGB, photometric="ycbcr", compression="jpeg", compressionargs={"level": 90}, subsampling=sampling, **more)
            grid.add(f"tiff/jpeg-ycbcr-{sampling[0]}{sampling[1]}{label}.tif", data, levels=JPEG_LEVELS)
    grey = tiff(GREY, photometric="minisblack", compression="jpeg")
    grid.add("tiff/jpeg-rgb.tif", tiff(RGB, photometric="rgb", compression="jpeg"), levels=JPEG_LEVELS)
    grid.add("tiff/jpeg-grey.tif", grey, levels=JPEG_LEVELS)
    page = tifffile.TiffFile(io.BytesIO(grey)).pages[0]
    start, end = page.dataoffsets[0], page.dataoffsets[0] + page.databytecounts[0]
    half = (start + end) // 2
    # Ends in the middle; the decoder alone would go on in grey.
    grid.add("tiff/jpeg-damaged.tif", grey[:half] + b"\xff\xd9" * ((end - half) // 2) + grey[end - (end - half) % 2 :], refuse=True)
    bilevel = Image.fromarray(GREY > 127)
    for compression in ("group3", "group4", "tiff_ccitt", "packbits", "tiff_lzw"):
        grid.add(f"tiff/pil-bilevel-{compression}.tif", saved(bilevel, "TIFF", compression=compression))
    for compression in ("tiff_adobe_deflate", "jpeg", "tiff_lzw", "packbits"):
        levels = JPEG_LEVELS if compression == "jpeg" else 0
        grid.add(f"tiff/pil-rgb-{compression}.tif", saved(Image.fromarray(RGB), "TIFF", compression=compression), levels=levels)
    for orientation in range(1, 9):
        data = tiff(RGB, photometric="rgb", extratags=[(274, 3, 1, orientation, True)])
        grid.files[f"tiff/orientation{orientation}.tif"] = data
        turned = np.asarray(ImageOps.exif_transpose(pil_image(png(RGB, 2, 8, False, ((b"eXIf", exif(orientation)),)))))
        grid.index.append(dict(
            file=f"tiff/orientation{orientation}.tif", array=grid.array(RGB), shape=(3, HEIGHT, WIDTH), levels=0,
            turned=grid.array(turned), turnedShape=(3, *turned.shape[:2])))
    pages = io.BytesIO()
    with tifffile.TiffWriter(pages) as writer:
        for page in (RGB, RGB[::-1]):
            writer.write(page, photometric="rgb", metadata=None, software=False)
    grid.add("tiff/two-pages.tif", pages.getvalue(), stored=RGB)
    pages = io.BytesIO()
    with tifffile.TiffWriter(pages) as writer:
        writer.write(RGB, photometric="rgb", metadata=None, software=False)
        writer.write(np.ascontiguousarray(RGB[::2, ::2]), photometric="rgb", subfiletype=1, metadata=None, software=False)
    grid.add("tiff/thumbnail.tif", pages.getvalue(), stored=RGB)
    cmyk = np.asarray(Image.fromarray(RGB).convert("CMYK"))
    lab = np.asarray(ImageCms.profileToProfile(Image.fromarray(RGB), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"))
    premultiplied = np.dstack([(RGB.astype(int) * ALPHA[:, :, None] // 255).astype(np.uint8), ALPHA])
    grid.add("tiff/cmyk.tif", tiff(cmyk, photometric="separated"), refuse=True)
    grid.add("tiff/cmyk-profile.tif", tiff(cmyk, photometric="separated", iccprofile=ICC), refuse=True)
    grid.add("tiff/cmyk16.tif", tiff(cmyk.astype(np.uint16) * 257, photometric="separated"), refuse=True)
    grid.add("tiff/lab.tif", saved(Image.fromarray(lab, "LAB"), "TIFF"), refuse=True)
    grid.add("tiff/cielab.tif", tiff(RGB, photometric="cielab"), refuse=True)
    grid.add("tiff/icclab.tif", tiff(RGB, photometric="icclab"), refuse=True)
    grid.add("tiff/cfa.tif", tiff_patched(tiff(GREY, photometric="minisblack"), 262, 32803), refuse=True)
    grid.add("tiff/mask.tif", tiff_patched(tiff(GREY, photometric="minisblack"), 262, 4), refuse=True)
    grid.add("tiff/premultiplied.tif", tiff(premultiplied, photometric="rgb", extrasamples=["assocalpha"]), refuse=True)
    grid.add("tiff/float.tif", tiff(GREY.astype(np.float32) / 255, photometric="minisblack"), refuse=True)
    grid.add("tiff/signed.tif", tiff(GREY.astype(np.int8), photometric="minisblack"), refuse=True)
    grid.add("tiff/signed16.tif", tiff(GREY16.astype(np.int16), photometric="minisblack"), refuse=True)
    grid.add("tiff/grey32.tif", tiff(GREY16.astype(np.uint32), photometric="minisblack"), refuse=True)
    grid.add("tiff/grey12.tif", tiff(GREY16 >> 4, photometric="minisblack", bitspersample=12), refuse=True)
    for label in ("plain", "lzw", "deflate", "packbits", "tiles", "planar"):
        options = grid_[label]
        source = np.ascontiguousarray(RGB.transpose(2, 0, 1)) if label == "planar" else RGB
        data = tiff(source, photometric="rgb", **options)
        page = tifffile.TiffFile(io.BytesIO(data)).pages[0]
        last = page.dataoffsets[-1] + page.databytecounts[-1]
        if last == len(data):
            for cut in (1, 30):
                grid.add(f"tiff/{label}-cut{cut}.tif", data[:-cut], refuse=True)
        if label in ("lzw", "deflate", "packbits"):
            # The strip ends before its rows do.
            order = struct.unpack("<I", data[4:8])[0]
            shorter = bytearray(data)
            for i in range(struct.unpack("<H", data[order : order + 2])[0]):
                place = order + 2 + 12 * i
                if struct.unpack("<H", data[place : place + 2])[0] == 279:
                    kind = struct.unpack("<H", data[place + 2 : place + 4])[0]
                    shorter[place + 8 : place + 12] = struct.pack("<I", page.databytecounts[0] // 2)
            grid.add(f"tiff/{label}-short-strip.tif", bytes(shorter), refuse=True)
    for label in ("lzw", "deflate", "packbits"):
        few = tiff(RGB[:-3], photometric="rgb", **grid_[label])
        grid.add(f"tiff/{label}-rows-missing.tif", tiff_patched(tiff_patched(few, 257, HEIGHT), 278, HEIGHT), refuse=True)


# BMP


def bmp(rows, bits, palette=b"", compression=0, masks=b"", header=40, raw=None, top_down=False):
    width, height = WIDTH, HEIGHT
    data = raw
    if data is None:
        data = b"".join(row + bytes(-len(row) % 4) for row in (rows if top_down else rows[::-1]))
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack(
            "<IiiHHIIiiII", header, width, -height if top_down else height, 1, bits, compression, len(data), 2835, 2835,
            0, 0)
        if header > 40:
            info += masks + bytes(header - 40 - len(masks))
            masks = b""
    offset = 14 + len(info) + len(masks) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + info + masks + palette + data


def rle8(index):
    out = b""
    for row in index[::-1]:
        at = 0
        while at < len(row):
            run = 1
            while at + run < len(row) and row[at + run] == row[at]:
                run += 1
            if run == 1 and len(row) - at >= 4:
                out += b"\0\4" + row[at : at + 4].tobytes()
                at += 4
            else:
                out += bytes([run, row[at]])
                at += run
        out += b"\0\0"
    return out[:-2] + b"\0\1"


def rle4(index):
    out = b""
    for row in index[::-1]:
        for at in range(0, len(row), 2):
            pair = row[at : at + 2]
            out += bytes([len(pair), int(pair[0]) << 4 | (int(pair[1]) if len(pair) > 1 else 0)])
        out += b"\0\0"
    return out[:-2] + b"\0\1"


def bmp_files(grid):
    bgr0 = np.hstack([PALETTE[:, ::-1], np.zeros((256, 1), np.uint8)])
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    ramp[:, 3] = 0
    bgr = np.ascontiguousarray(RGB[:, :, ::-1])
    bgra = np.ascontiguousarray(np.dstack([bgr, ALPHA]))
    words = RGB.astype(np.uint16)
    r5, g6, g5, b5 = words[..., 0] >> 3, words[..., 1] >> 2, words[..., 1] >> 3, words[..., 2] >> 3
    for depth in (1, 4, 8):
        index = (GREY >> (8 - depth))[:, :, None]
        rows = packed(index, depth)
        colours_ = bgr0[: 1 << depth].tobytes()
        grid.add(f"bmp/palette{depth}.bmp", bmp(rows, depth, colours_))
        grid.add(f"bmp/palette{depth}-core.bmp", bmp(rows, depth, PALETTE[: 1 << depth, ::-1].tobytes(), header=12))
        grid.add(f"bmp/palette{depth}-topdown.bmp", bmp(rows, depth, colours_, top_down=True))
        grey = (ramp[:: 255 // ((1 << depth) - 1)] if depth < 8 else ramp).copy()
        grid.add(f"bmp/grey{depth}.bmp", bmp(rows, depth, grey.tobytes()))
    rows24 = [row.tobytes() for row in bgr]
    grid.add("bmp/rgb24.bmp", bmp(rows24, 24))
    grid.add("bmp/rgb24-topdown.bmp", bmp(rows24, 24, top_down=True))
    grid.add("bmp/rgb24-v5.bmp", bmp(rows24, 24, header=124))
    grid.add("bmp/rgb24-core.bmp", bmp(rows24, 24, header=12))
    rows32 = [row.tobytes() for row in bgra]
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    grid.add("bmp/rgb32.bmp", bmp(rows32, 32))
    grid.add("bmp/rgb32-masks.bmp", bmp(rows32, 32, compression=3, masks=masks[:12]))
    grid.add("bmp/rgba32-v4.bmp", bmp(rows32, 32, compression=3, masks=masks, header=108))
    rows555 = [row.astype("<u2").tobytes() for row in r5 << 10 | g5 << 5 | b5]
    rows565 = [row.astype("<u2").tobytes() for row in r5 << 11 | g6 << 5 | b5]
    grid.add("bmp/rgb555.bmp", bmp(rows555, 16))
    grid.add("bmp/rgb555-masks.bmp", bmp(rows555, 16, compression=3, masks=struct.pack("<III", 0x7C00, 0x3E0, 0x1F)))
    grid.add("bmp/rgb565-masks.bmp", bmp(rows565, 16, compression=3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
    grid.add("bmp/rle8.bmp", bmp(None, 8, bgr0.tobytes(), compression=1, raw=rle8(GREY >> 3 << 3)))
    grid.add("bmp/rle4.bmp", bmp(None, 4, bgr0[:16].tobytes(), compression=2, raw=rle4(GREY >> 4)))
    grid.add("bmp/rle8-cut.bmp", bmp(None, 8, bgr0.tobytes(), compression=1, raw=rle8(GREY)[:90]), refuse=True)
    whole = bmp(None, 4, bgr0[:16].tobytes(), compression=2, raw=rle4(GREY >> 4))
    grid.add("bmp/rle4-cut.bmp", whole[:-30], refuse=True)
    data = bmp(rows24, 24)
    for cut in (1, 40, 600):
        grid.add(f"bmp/rgb24-cut{cut}.bmp", data[:-cut], refuse=True)


def others(grid):
    colour = Image.fromarray(RGB)
    for kind, extension in (("GIF", "gif"), ("WEBP", "webp"), ("JPEG2000", "jp2"), ("PPM", "ppm"), ("ICO", "ico"), ("TGA", "tga"), ("AVIF", "avif")):
        try:
            grid.add(f"other/colour.{extension}", saved(colour, kind), refuse=True)
        except Exception as error:
            print(kind, error)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    warnings.simplefilter("ignore")
    made = Grid()
    for make in (jpeg, png_files, tiff_files, bmp_files, others):
        make(made)
    made.write(parser.parse_args().out)
