"""Draws of EpochPermutation and WeightedSampler by a second implementation.

Philox4x32-10 (Salmon et al., SC 2011) with the key and counter of Sources/Base/Randomness, Lemire's
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


def uniform(draws):
    return (next(draws) >> 11) * 2.0**-53


def shuffled(order, draws):
    for last in range(len(order) - 1, 0, -1):
        other = below(draws, last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def permutation(count, seed, number):
    return shuffled(list(range(count)), words64(seed, "sample.permutation", epoch=number))


def weighted(size, keep, weights, seed, epoch):
    """One epoch: the largest keys u**(1/w) of what takes part, round after round, then shuffled."""
    order = []
    for round in range(100):
        keys = []
        for slice, (probability, weight) in enumerate(zip(keep, weights)):
            draws = words64(seed, "sample.weighted", epoch, round, slice)
            if uniform(draws) < probability:
                keys.append(((1 - uniform(draws)) ** (1 / weight), slice))
        order += [slice for _, slice in sorted(keys, reverse=True)][:size - len(order)]
    return shuffled(order, words64(seed, "sample.order", epoch))


if __name__ == "__main__":
    # Known answer of the Random123 library: all-zero counter and key.
    assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    print("permutation 10, seed 42:", permutation(10, 42, 0), permutation(10, 42, 1))
    # Twelve slices: 0, 4 and 8 of one subtype, 2 of another, the others negative.
    kinds = [0 if slice % 4 == 0 else 1 if slice == 2 else 2 for slice in range(12)]
    keep = [[0.9, 0.9, 0.7][kind] for kind in kinds]
    weights = [[0.6 / 4 / 3 / 0.9, 0.6 * 3 / 4 / 0.9, 0.4 / 8 / 0.7][kind] for kind in kinds]
    for size, epoch in [(4, 0), (4, 7), (16, 1)]:
        print("weighted", size, "epoch", epoch, weighted(size, keep, weights, 42, epoch))
