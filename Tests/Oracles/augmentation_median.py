"""Proves MedianFilter's exchanges right; standard library only.

A network of exchanges is right for every input if it is for every input of zeros and ones. After
sorting the columns and rows of a 5x5 square there are 252 of those; the 13 elements that may still
be the median go through the exchanges, and the one named must hold the square's median.
"""

from itertools import combinations_with_replacement, product

SORT5 = ["ad", "be", "ac", "bd", "ab", "ce", "bc", "de", "cd"]
# Row and column of the sorted square, in the order of the source.
MEDIAN = [
    "3d 4b", "3d 2d", "3d 2c", "2d 1d", "2d 2c", "2e 1d", "2c 3b", "2e 5b", "3b 4a", "4c 1e",
    "4a 3c", "4c 2e", "4a 4c", "2e 3c", "4c 2e", "2e 5a", "4c 2e",
]

if __name__ == "__main__":
    for bits in product([0, 1], repeat=5):
        values = dict(zip("abcde", bits))
        for first, second in SORT5:
            if values[first] > values[second]:
                values[first], values[second] = values[second], values[first]
        assert list(values.values()) == sorted(bits)
    count = 0
    for ones in combinations_with_replacement(range(6), 5):
        square = {f"{row + 1}{'abcde'[column]}": int(column >= 5 - ones[row])
                  for row, column in product(range(5), range(5))}
        median = int(sum(square.values()) >= 13)
        for exchange in MEDIAN:
            first, second = exchange.split()
            if square[first] > square[second]:
                square[first], square[second] = square[second], square[first]
        assert square["2e"] == median
        count += 1
    print(f"right for all {count}")
