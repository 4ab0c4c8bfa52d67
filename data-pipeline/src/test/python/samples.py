"""Cuts the small samples of real images that the tests of data-pipeline read, and computes the
numbers they are compared with, by PIL, SciPy and NumPy.

    python samples.py --mnist DIR --cifar10 FILE --stl10 X_FILE Y_FILE --out src/test/resources/org/e2spark/data

The inputs are the published files (MNIST's IDX, CIFAR-10's data_batch_1.bin, STL-10's train_X.bin
and train_y.bin), gzipped or not. The committed files were made with Pillow 10.4.0, SciPy 1.15.3 and
NumPy 1.23.5; whole.json with NumPy 1.26.4.
"""

import argparse
import gzip
import io
import json
import pathlib
import zlib

import numpy as np
import scipy.ndimage
from PIL import Image, ImageEnhance, ImageOps

GREY = (128, 128, 128)


def read(path):
    data = pathlib.Path(path).read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


class Golden:
    """Arrays of bytes one after another, with an index."""

    def __init__(self):
        self.index = []
        self.data = io.BytesIO()

    def add(self, array, **names):
        array = np.ascontiguousarray(array, dtype=np.uint8)
        self.index.append(dict(names, offset=self.data.tell(), length=array.size))
        self.data.write(array.tobytes())

    def write(self, stem):
        pathlib.Path(f"{stem}.json").write_text(
            "[\n" + ",\n".join(json.dumps(entry) for entry in self.index) + "\n]\n"
        )
        pathlib.Path(f"{stem}.bin.gz").write_bytes(
            gzip.compress(self.data.getvalue(), 9, mtime=0)
        )


def pil(chw):
    return Image.fromarray(np.ascontiguousarray(chw.transpose(1, 2, 0)))


def chw(image):
    array = np.asarray(image)
    return array[None] if array.ndim == 2 else array.transpose(2, 0, 1)


def operations(image, magnitude):
    """One image under every operation of AutoAugment's search space."""
    size = image.size
    affine = lambda matrix, resample: image.transform(
        size, Image.Transform.AFFINE, matrix, resample, fillcolor=GREY
    )
    nearest, bicubic = Image.Resampling.NEAREST, Image.Resampling.BICUBIC

    def rotate():
        turned = image.convert("RGBA").rotate(magnitude("rotate"))
        return Image.composite(turned, Image.new("RGBA", size, (128,) * 4), turned).convert("RGB")

    return {
        "SHEAR_X": lambda: affine((1, magnitude("shear"), 0, 0, 1, 0), bicubic),
        "SHEAR_Y": lambda: affine((1, 0, 0, magnitude("shear"), 1, 0), bicubic),
        "TRANSLATE_X": lambda: affine((1, 0, magnitude("move") * size[0], 0, 1, 0), nearest),
        "TRANSLATE_Y": lambda: affine((1, 0, 0, 0, 1, magnitude("move") * size[1]), nearest),
        "ROTATE": rotate,
        "COLOR": lambda: ImageEnhance.Color(image).enhance(1 + magnitude("enhance")),
        "POSTERIZE": lambda: ImageOps.posterize(image, magnitude("bits")),
        "SOLARIZE": lambda: ImageOps.solarize(image, magnitude("threshold")),
        "CONTRAST": lambda: ImageEnhance.Contrast(image).enhance(1 + magnitude("enhance")),
        "SHARPNESS": lambda: ImageEnhance.Sharpness(image).enhance(1 + magnitude("enhance")),
        "BRIGHTNESS": lambda: ImageEnhance.Brightness(image).enhance(1 + magnitude("enhance")),
        "AUTOCONTRAST": lambda: ImageOps.autocontrast(image),
        "EQUALIZE": lambda: ImageOps.equalize(image),
        "INVERT": lambda: ImageOps.invert(image),
    }


def magnitudes(level, sign):
    table = {
        "shear": sign * np.linspace(0, 0.3, 10)[level],
        "move": sign * np.linspace(0, 150 / 331, 10)[level],
        "rotate": np.linspace(0, 30, 10)[level],
        "enhance": sign * np.linspace(0, 0.9, 10)[level],
        "bits": int(np.round(np.linspace(8, 4, 10), 0)[level]),
        "threshold": np.linspace(256, 0, 10)[level],
    }
    return lambda name: table[name]


def policy(golden, images):
    for number, image in enumerate(images):
        for level, sign in ((2, 1), (5, -1), (9, 1), (9, -1)):
            for name, apply in operations(pil(image), magnitudes(level, sign)).items():
                unsigned = name in ("AUTOCONTRAST", "EQUALIZE", "INVERT")
                if (unsigned and level != 2) or (sign < 0 and name in ("ROTATE", "POSTERIZE", "SOLARIZE")):
                    continue
                golden.add(chw(apply()), kind="policy", operation=name, level=level, sign=sign, image=number)


def hues(golden, images):
    for number, image in enumerate(images):
        for turn in (-0.5, -0.1, 0.07, 0.5):
            hue, saturation, value = pil(image).convert("HSV").split()
            shifted = (np.asarray(hue).astype(int) + int(turn * 255)) % 256
            hue = Image.fromarray(shifted.astype(np.uint8))
            merged = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
            golden.add(chw(merged), kind="hue", turn=turn, image=number)


def rotations(golden, images, digits):
    modes = {"NEAREST": 0, "BILINEAR": 2, "BICUBIC": 3}
    for number, image in enumerate(images):
        for angle in (-170.5, -30, 13.7, 90, 271):
            for name, code in modes.items():
                planes = [
                    np.asarray(Image.fromarray(plane.astype(np.float32)).rotate(angle, code))
                    for plane in image
                ]
                rounded = np.clip(np.floor(np.stack(planes).astype(np.float64) + 0.5), 0, 255)
                golden.add(rounded, kind="rotation", by="pil", angle=angle, interpolation=name, image=number)
    for number, digit in enumerate(digits):
        for angle in (-170.5, -30, 13.7, 90, 271):
            for name, order in (("NEAREST", 0), ("BILINEAR", 1)):
                turned = scipy.ndimage.rotate(
                    digit.astype(np.float64), angle, reshape=False, order=order, mode="grid-constant"
                )
                golden.add(np.floor(turned + 0.5), kind="rotation", by="scipy", angle=angle, interpolation=name, image=number)


def shapes(golden, images):
    for number, image in enumerate(images):
        padded = np.pad(image, ((0, 0), (4, 4), (4, 4)))
        for down, right in ((-4, -4), (-4, 3), (0, 0), (2, -1), (4, 4)):
            cropped = padded[:, 4 + down : 36 + down, 4 + right : 36 + right]
            golden.add(cropped, kind="crop", down=down, right=right, image=number)
        golden.add(image[:, :, ::-1], kind="flip", direction="HORIZONTAL", image=number)
        golden.add(image[:, ::-1], kind="flip", direction="VERTICAL", image=number)
        for y, x in ((0, 0), (16, 9), (31, 30)):
            hole = image.copy()
            hole[:, np.clip(y - 8, 0, 32) : np.clip(y + 8, 0, 32), np.clip(x - 8, 0, 32) : np.clip(x + 8, 0, 32)] = 0
            golden.add(hole, kind="cutout", size=16, y=y, x=x, image=number)


MASK = (1 << 64) - 1
GOLDEN_GAMMA = 0x9E3779B97F4A7C15

# Cubuk et al. (2018), table 7: operation, probability, level; twice
CIFAR_POLICY = """
INVERT 0.1 7 CONTRAST 0.2 6|ROTATE 0.7 2 TRANSLATE_X 0.3 9|SHARPNESS 0.8 1 SHARPNESS 0.9 3
SHEAR_Y 0.5 8 TRANSLATE_Y 0.7 9|AUTOCONTRAST 0.5 8 EQUALIZE 0.9 2|SHEAR_Y 0.2 7 POSTERIZE 0.3 7
COLOR 0.4 3 BRIGHTNESS 0.6 7|SHARPNESS 0.3 9 BRIGHTNESS 0.7 9|EQUALIZE 0.6 5 EQUALIZE 0.5 1
CONTRAST 0.6 7 SHARPNESS 0.6 5|COLOR 0.7 7 TRANSLATE_X 0.5 8|EQUALIZE 0.3 7 AUTOCONTRAST 0.4 8
TRANSLATE_Y 0.4 3 SHARPNESS 0.2 6|BRIGHTNESS 0.9 6 COLOR 0.2 8|SOLARIZE 0.5 2 INVERT 0.0 3
EQUALIZE 0.2 0 AUTOCONTRAST 0.6 0|EQUALIZE 0.2 8 EQUALIZE 0.6 4|COLOR 0.9 9 EQUALIZE 0.6 6
AUTOCONTRAST 0.8 4 SOLARIZE 0.2 8|BRIGHTNESS 0.1 3 COLOR 0.7 0|SOLARIZE 0.4 5 AUTOCONTRAST 0.9 3
TRANSLATE_Y 0.9 9 TRANSLATE_Y 0.7 9|AUTOCONTRAST 0.9 2 SOLARIZE 0.8 3|EQUALIZE 0.8 8 INVERT 0.1 3
TRANSLATE_Y 0.7 9 AUTOCONTRAST 0.9 1
"""
SIGNED = ("SHEAR_Y", "TRANSLATE_X", "TRANSLATE_Y", "COLOR", "CONTRAST", "SHARPNESS", "BRIGHTNESS")


def mix(value):
    value &= MASK
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & MASK
    return value ^ value >> 31


class SampleRandom:
    """The numbers of one sample: SplitMix64, by its definition."""

    def __init__(self, seed, epoch, sample):
        state = mix(mix(seed + GOLDEN_GAMMA) + GOLDEN_GAMMA * (epoch + 1))
        self.state = mix(state ^ mix(sample + GOLDEN_GAMMA))

    def bits(self):
        self.state = (self.state + GOLDEN_GAMMA) & MASK
        return mix(self.state)

    def below(self, bound):
        return self.bits() * bound >> 64

    def uniform(self, low=0.0, high=1.0):
        return low + (high - low) * (self.bits() >> 11) * 2.0**-53

    def trial(self, probability):
        return self.uniform() < probability


def random_crop(image, random):
    down, right = random.below(9), random.below(9)
    return np.pad(image, ((0, 0), (4, 4), (4, 4)))[:, down : down + 32, right : right + 32]


def random_flip(image, random):
    return image[:, :, ::-1] if random.trial(0.5) else image


def cutout(image, random):
    y, x = random.below(32), random.below(32)
    rows, columns = np.ogrid[:32, :32]
    inside = (rows >= y - 8) & (rows < y + 8) & (columns >= x - 8) & (columns < x + 8)
    return np.where(inside, 0, image).astype(np.uint8)


def auto_augment(image, random):
    pairs = CIFAR_POLICY.strip().replace("\n", "|").split("|")
    words = pairs[random.below(len(pairs))].split()
    for name, probability, level in (words[:3], words[3:]):
        if random.trial(float(probability)):
            sign = -1 if name in SIGNED and random.trial(0.5) else 1
            image = chw(operations(pil(image), magnitudes(int(level), sign))[name]())
    return image


def color_jitter(image, random):
    order = [0, 1, 2, 3]
    for last in (3, 2, 1):
        other = random.below(last + 1)
        order[last], order[other] = order[other], order[last]
    image = pil(image)
    for operation in order:
        strength = (0.4, 0.3, 0.5, 0.1)[operation]
        drawn = random.uniform(-strength, strength)
        if operation == 3:
            hue, saturation, value = image.convert("HSV").split()
            shifted = (np.asarray(hue).astype(int) + int(drawn * 255)) % 256
            hue = Image.fromarray(shifted.astype(np.uint8))
            image = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
        else:
            enhance = (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color)[operation]
            image = enhance(image).enhance(max(0, 1 + drawn))
    return chw(image)


def random_rotation(image, random):
    angle = random.uniform(-np.pi, np.pi)
    return chw(pil(image).rotate(np.degrees(angle), Image.Resampling.NEAREST))


def whole(images, path):
    """Whole augmentations with what they draw: a checksum of each image's result."""
    policies = {
        "crop": [random_crop],
        "flip": [random_flip],
        "cutout": [cutout],
        "auto-augment": [auto_augment],
        "color-jitter": [color_jitter],
        "rotation": [random_rotation],
        "crop, flip, auto-augment, cutout": [random_crop, random_flip, auto_augment, cutout],
    }
    lines = []
    for name, stages in policies.items():
        for seed, epoch in ((1, 0), (1, 1), (2, 0), (-77, 99)):
            checksums = []
            for sample, image in enumerate(images):
                for index, stage in enumerate(stages):
                    own = mix(seed & MASK ^ mix(index + 0x5851F42D4C957F2D)) if len(stages) > 1 else seed
                    image = stage(image, SampleRandom(own, epoch, sample))
                checksums.append(zlib.crc32(np.ascontiguousarray(image).tobytes()))
            lines.append(json.dumps({"policy": name, "seed": seed, "epoch": epoch, "crc32": checksums}))
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def files(folder, images):
    """The same images in the formats of image files; for JPEG, PIL's own decoding is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    golden = Golden()
    colour, grey = pil(images[0]), pil(images[1]).convert("L")
    saved = {
        "colour.png": (colour, {}),
        "colour.bmp": (colour, {}),
        "colour.tiff": (colour, {}),
        "colour-lzw.tiff": (colour, {"compression": "tiff_lzw"}),
        "colour.jpg": (colour, {"quality": 95, "subsampling": 0}),
        "alpha.png": (colour.convert("RGBA"), {}),
        "palette.png": (colour.convert("P", palette=Image.Palette.ADAPTIVE), {}),
        "grey.png": (grey, {}),
        "grey.jpg": (grey, {"quality": 95}),
        "grey.bmp": (grey, {}),
        "grey.tiff": (grey, {}),
    }
    for name, (image, options) in saved.items():
        image.save(folder / name, **options)
        decoded = Image.open(folder / name)
        golden.add(chw(decoded.convert("L" if name.startswith("grey") else "RGB")), file=name)
    deep = (np.asarray(grey).astype(np.uint16) << 8) | 0x2A
    Image.fromarray(deep).save(folder / "grey-16.png")
    golden.add(np.asarray(grey)[None], file="grey-16.png")
    golden.add(chw(colour.convert("L")), file="luma of colour.png")
    golden.write(folder / "decoded")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mnist", required=True)
    parser.add_argument("--cifar10", required=True)
    parser.add_argument("--stl10", nargs=2, required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    out = pathlib.Path(arguments.out)
    source = out / "source"

    cifar = read(arguments.cifar10)[: 32 * 3073]
    (source / "cifar10-32.bin").write_bytes(cifar)
    images = np.frombuffer(cifar, np.uint8).reshape(32, 3073)[:, 1:].reshape(32, 3, 32, 32)

    stl = read(arguments.stl10[0])[: 3 * 27648]
    (source / "stl10-3_X.bin").write_bytes(stl)
    (source / "stl10-3_y.bin").write_bytes(read(arguments.stl10[1])[:3])
    stl_images = np.frombuffer(stl, np.uint8).reshape(3, 3, 96, 96).transpose(0, 1, 3, 2)
    stl_images = [pil(image) for image in stl_images]
    stl_images[0].save(source / "stl10-0.png")

    digits = np.frombuffer(read(pathlib.Path(arguments.mnist) / "t10k-images-idx3-ubyte.gz"), np.uint8)
    digits = digits[16 : 16 + 64 * 784].reshape(64, 28, 28)
    labels = read(pathlib.Path(arguments.mnist) / "t10k-labels-idx1-ubyte.gz")[8:72]
    header = lambda *values: b"".join(int(value).to_bytes(4, "big") for value in values)
    (source / "mnist-64-images-idx3-ubyte.gz").write_bytes(
        gzip.compress(header(0x803, 64, 28, 28) + digits.tobytes(), 9, mtime=0)
    )
    (source / "mnist-64-labels-idx1-ubyte").write_bytes(header(0x801, 64) + labels)

    files(source / "files", images)

    golden = Golden()
    policy(golden, images[:2])
    hues(golden, images[2:4])
    rotations(golden, images[4:6], digits[:2])
    shapes(golden, images[6:7])
    golden.write(out / "augment" / "golden")
    whole(images, out / "augment" / "whole.json")


if __name__ == "__main__":
    main()
