"""The loader's work as Python does it: PNGs by offset out of the shards, augmented, normalised, as
planes. One process, one thread.

peer.py albumentations|opencv --artifact DIR --size S --images N --rounds N; prints JSON.
"""

import argparse
import csv
import io
import json
import math
import pathlib
import random
import statistics
import time
import warnings

import cv2
import numpy as np
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


class Albumentations:
    """The ranges of `AugmentationRanges.report2019`, each step as albumentations names it."""

    def __init__(self, size):
        import albumentations as A

        blurs = [
            A.GaussianBlur(sigma_limit=(0, 1), blur_limit=0, p=1),
            A.Blur(blur_limit=(2, 5), p=1),
            A.MedianBlur(blur_limit=(3, 5), p=1),
        ]
        steps = [
            A.HorizontalFlip(p=0.5),
            A.CropAndPad(percent=(-0.1, 0), keep_size=True, p=1),
            A.OneOf(blurs, p=0.5),
            A.GaussNoise(std_range=(0, 0.05), p=1),
            A.RandomBrightnessContrast(brightness_limit=0, contrast_limit=(-0.25, 0.5), p=1),
            A.RandomBrightnessContrast(brightness_limit=(-0.2, 0.2), contrast_limit=0, p=1),
            A.Affine(
                scale={"x": (0.8, 1.2), "y": (0.8, 1.2)},
                translate_percent={"x": (-0.2, 0.2), "y": (-0.2, 0.2)},
                rotate=(-25, 25), shear={"x": (-8, 8), "y": (0, 0)}, p=1),
        ]
        self.steps = A.Compose([A.RandomOrder(steps, n=len(steps), p=1)])
        self.normalize = A.Normalize(mean=MEAN.tolist(), std=DEVIATION.tolist())

    def __call__(self, image):
        image = self.steps(image=image)["image"]
        image = self.normalize(image=image)["image"]
        return np.ascontiguousarray(image.transpose(2, 0, 1))


class OpenCV:
    """The same written for speed: one warp, tables for the levels, OpenCV's random numbers."""

    def __init__(self, size):
        self.size = size
        self.levels = np.arange(256, dtype=np.float32)
        self.noise = np.empty((size, size, 3), np.int16)
        self.gain = 1 / (255 * DEVIATION)
        self.offset = -MEAN / DEVIATION

    def warp(self, image):
        size, uniform = self.size, random.uniform
        matrix = np.eye(3)
        if random.random() < 0.5:
            matrix = np.array([[-1, 0, size - 1], [0, 1, 0], [0, 0, 1.0]])
        left, right, top, bottom = (uniform(0, 0.1) for _ in range(4))
        sx, sy = 1 / (1 - left - right), 1 / (1 - top - bottom)
        crop = np.array([
            [sx, 0, (0.5 - left * size) * sx - 0.5], [0, sy, (0.5 - top * size) * sy - 0.5],
            [0, 0, 1]])
        angle, lean = math.radians(uniform(-25, 25)), math.tan(math.radians(uniform(-8, 8)))
        c, s = math.cos(angle), math.sin(angle)
        linear = np.array([[c, -s], [s, c]]) @ np.array([[1, -lean], [0, 1]])
        linear = linear @ np.diag([uniform(0.8, 1.2), uniform(0.8, 1.2)])
        center = np.full(2, (size - 1) / 2)
        shift = np.array([uniform(-0.2, 0.2), uniform(-0.2, 0.2)]) * size
        affine = np.eye(3)
        affine[:2, :2] = linear
        affine[:2, 2] = center + shift - linear @ center
        return cv2.warpAffine(image, (affine @ crop @ matrix)[:2], (size, size))

    def blur(self, image):
        if random.random() < 0.5:
            return image
        kind = random.randrange(3)
        if kind == 0:
            sigma = random.uniform(0, 1)
            radius = int(3 * sigma + 0.5)
            return cv2.GaussianBlur(image, (2 * radius + 1,) * 2, sigma) if radius else image
        if kind == 1:
            return cv2.blur(image, (random.randint(2, 5),) * 2)
        return cv2.medianBlur(image, random.choice([3, 5]))

    def add_noise(self, image):
        cv2.randn(self.noise, 0, random.uniform(0, 12.75))
        return cv2.add(image, self.noise, dtype=cv2.CV_8U)

    def contrast(self, image):
        factor = random.uniform(0.75, 1.5)
        return cv2.LUT(image, cv2.convertScaleAbs(self.clipped(factor, 128 - 128 * factor)))

    def brightness(self, image):
        return cv2.LUT(image, cv2.convertScaleAbs(self.clipped(random.uniform(0.8, 1.2), 0)))

    def clipped(self, gain, offset):
        return np.clip(self.levels * gain + offset, 0, 255)

    def __call__(self, image):
        steps = [self.warp, self.blur, self.add_noise, self.contrast, self.brightness]
        random.shuffle(steps)
        for step in steps:
            image = step(image)
        planes = np.empty((3, self.size, self.size), np.float32)
        for channel in range(3):
            np.multiply(image[:, :, channel], self.gain[channel], out=planes[channel])
            planes[channel] += self.offset[channel]
        return planes


def main():
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=["albumentations", "opencv"])
    parser.add_argument("--artifact", type=pathlib.Path, required=True)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    shards, places = {}, []
    with open(options.artifact / "slices.csv", newline="") as table:
        for row in csv.DictReader(table):
            number = int(row["shard"])
            if number not in shards:
                path = options.artifact / str(options.size) / f"shard-{number:05d}.tar"
                shards[number] = open(path, "rb", buffering=0)
            places.append((shards[number], int(row[f"offset_{options.size}"]),
                           int(row[f"length_{options.size}"])))
    peer = {"albumentations": Albumentations, "opencv": OpenCV}[options.peer](options.size)
    rates = []
    # The first round is not counted.
    for number in range(options.rounds + 1):
        begun = time.process_time()
        for _ in range(options.images):
            shard, offset, length = random.choice(places)
            shard.seek(offset)
            planes = peer(np.asarray(Image.open(io.BytesIO(shard.read(length)))))
            assert planes.shape == (3, options.size, options.size)
        if number:
            rates.append(options.images / (time.process_time() - begun))
    print(json.dumps({"images_per_cpu_second_best": max(rates),
                      "images_per_cpu_second_median": statistics.median(rates)}))


if __name__ == "__main__":
    main()
