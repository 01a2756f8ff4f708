"""Draws of EpochPermutation and HorizontalFlip by a second implementation, for their tests.

Philox4x32-10 (Salmon et al., SC 2011) with the key and counter of Sources/CounterRandom, Lemire's
bounded integers, the shuffle of Fisher and Yates. Standard library only.
"""

MASK = 0xFFFFFFFF
MASK64 = 0xFFFFFFFFFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [
            (second >> 32) ^ c[1] ^ k[0],
            second & MASK,
            (first >> 32) ^ c[3] ^ k[1],
            first & MASK,
        ]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def words64(seed, purpose, epoch=0, step=0, sample=0):
    """64-bit draws, the low word first."""
    value = 0xCBF29CE484222325
    for byte in purpose.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK64
    z = (seed + value) & MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    z ^= z >> 31
    block = 0
    while True:
        a, b, c, d = philox([block, sample, step, epoch], [z & MASK, z >> 32])
        yield a | b << 32
        yield c | d << 32
        block += 1


def below(draws, bound):
    product = next(draws) * bound
    if product & MASK64 < bound:
        while product & MASK64 < (1 << 64) % bound:
            product = next(draws) * bound
    return product >> 64


def permutation(count, seed, number):
    draws = words64(seed, "sample.permutation", epoch=number)
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = below(draws, last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def flipped(seed, epoch, step, sample):
    draw = next(words64(seed, "augment.flip", epoch, step, sample))
    return (draw >> 11) * 2.0**-53 < 0.5


if __name__ == "__main__":
    # Known answer of the Random123 library: all-zero counter and key.
    assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    print("permutation 10, seed 42:", permutation(10, 42, 0), permutation(10, 42, 1))
    print("flips seed 7, epoch 1, step 2:", [int(flipped(7, 1, 2, s)) for s in range(16)])
