"""Numbers for Tests/AugmentationTests/OracleNumbers.swift, which this prints: OpenCV, SciPy, Pillow.

Run with opencv-python-headless, scipy, pillow, numpy:
python Tests/Oracles/augmentation.py > Tests/AugmentationTests/OracleNumbers.swift
"""

import cv2
import numpy as np
from PIL import Image
from scipy import ndimage, stats

WIDTH, HEIGHT = 9, 7


def picture(channel=0):
    """Level of every pixel: the formula of `TestPicture`."""
    place = np.arange(WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)
    return ((place * 37 + 11 + channel * 90) % 256).astype(np.float64)


def mapping(scale_x, scale_y, shear, rotation, shift_x, shift_y, width, height):
    """Result to source: the inverse of the forward matrices, 3x3."""
    r, h = np.radians(rotation), np.radians(shear)
    center = np.array([[1, 0, (width - 1) / 2], [0, 1, (height - 1) / 2], [0, 0, 1]])
    shift = np.array([[1, 0, shift_x], [0, 1, shift_y], [0, 0, 1]])
    rotate = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    lean = np.array([[1, -np.tan(h), 0], [0, 1, 0], [0, 0, 1]])
    scale = np.diag([scale_x, scale_y, 1])
    forward = shift @ center @ rotate @ lean @ scale @ np.linalg.inv(center)
    return np.linalg.inv(forward)


def sampled(image, matrix):
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    source = np.einsum("ij,jhw->ihw", matrix[:2], np.stack([x, y, np.ones_like(x)]))
    return ndimage.map_coordinates(image, source[::-1], order=1, mode="grid-constant", cval=0)


def swift(name, values, note):
    print(f"\n  /// {note}")
    print(f"  static let {name}: [Double] = [")
    line = "   "
    for value in np.asarray(values).ravel():
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        if len(line) + len(text) + 2 > 100:
            print(line)
            line = "   "
        line += f" {'0' if text == '-0' else text},"
    print(line)
    print("  ]")


if __name__ == "__main__":
    affine = mapping(1.15, 0.85, 7, 20, 1.3, -0.6, WIDTH, HEIGHT)
    eight = picture().astype(np.uint8)
    single = picture().astype(np.float32)
    print("/// Printed by Tests/Oracles/augmentation.py; what each is stands there.")
    print("enum OracleNumbers {", end="")
    swift("mapping", affine[:2], "NumPy: scale 1.15 x 0.85, shear 7, rotation 20, shift 1.3, -0.6.")
    swift("sampled", sampled(picture(), affine), "scipy.ndimage.map_coordinates, grid-constant.")
    box = (0.08 * WIDTH, 0.05 * HEIGHT, (1 - 0.03) * WIDTH, (1 - 0.1) * HEIGHT)
    resized = Image.fromarray(single).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)
    swift("cropped", np.asarray(resized), "Pillow's resize with a box; edges are repeated.")
    for name, sigma in [("gaussianSmall", 0.8), ("gaussianLarge", 2.5)]:
        blurred = ndimage.gaussian_filter(picture(), sigma, mode="mirror", truncate=3)
        swift(name, blurred, f"scipy.ndimage.gaussian_filter, {sigma}, mirror, truncate 3.")
    for size in (3, 4):
        blurred = cv2.blur(single, (size, size), borderType=cv2.BORDER_REFLECT_101)
        swift(f"average{size}", blurred, f"cv2.blur, {size}.")
    for size in (3, 5):
        swift(f"median{size}", cv2.medianBlur(eight, size), f"cv2.medianBlur, {size}.")
    contrast = cv2.addWeighted(single, 1.4, np.full_like(single, 128), -0.4, 0)
    swift("contrast", np.clip(contrast, 0, 255), "cv2.addWeighted with level 128, 1.4.")
    limits = stats.norm.ppf(np.arange(2049, 4096) / 4096)
    density = stats.norm.pdf(np.concatenate([[0.0], limits, [np.inf]]))
    means = (density[:-1] - density[1:]) * 4096
    means /= np.sqrt(np.mean(means**2))
    swift("quantiles", means[[0, 1, 500, 1500, 2046, 2047]], "scipy.stats.norm, by bins of 4096.")
    print("}")
