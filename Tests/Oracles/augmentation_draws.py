"""What Augmentation draws, by a second implementation of its definition; standard library only.

Prints the expected steps of Tests/AugmentationTests/AugmentationTests.swift.
"""

from sampler import words64

SEED, EPOCH, STEP, SAMPLE = 7, 3, 11, 5


def uniforms(purpose):
    return ((draw >> 11) * 2.0**-53 for draw in words64(SEED, purpose, EPOCH, STEP, SAMPLE))


def within(draws, low, high):
    return low + next(draws) * (high - low)


if __name__ == "__main__":
    flips = [next(words64(7, "augment.flip", 1, 2, sample)) >> 63 for sample in range(16)]
    print("flips, seed 7, epoch 1, step 2:", [1 - flip for flip in flips])
    print("flip", next(uniforms("augment.flip")) < 0.5)
    draws = uniforms("augment.crop")
    print("crop left, right, top, bottom", [within(draws, 0, 0.1) for _ in range(4)])
    for name, low, high, count in [
        ("scale", 0.8, 1.2, 2), ("shift", -0.2, 0.2, 2), ("rotation", -25, 25, 1),
        ("shear", -8, 8, 1), ("contrast", 0.75, 1.5, 1), ("brightness", 0.8, 1.2, 1),
        ("window_center", -5, 5, 3), ("window_width", 0.9, 1.1, 3),
    ]:
        draws = uniforms(f"augment.{name}")
        print(name, [within(draws, low, high) for _ in range(count)])
    words = words64(SEED, "augment.noise", EPOCH, STEP, SAMPLE)
    print("noise", (next(words) >> 11) * 2.0**-53 * 0.05 * 255, "key", next(words))
    draws = uniforms("augment.blur")
    print("blurred with p 0.9", next(draws) < 0.9)
    print("kind of 3", int(next(draws) * 3), "then", next(draws))
    steps = ["geometry", "blur", "noise", "contrast", "brightness"]
    draws = uniforms("augment.order")
    for last in range(len(steps) - 1, 0, -1):
        other = int(next(draws) * (last + 1))
        steps[last], steps[other] = steps[other], steps[last]
    print("order", steps)
