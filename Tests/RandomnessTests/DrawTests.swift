import Randomness
import Testing

/// Numbers from a second implementation, in Python, which gives Random123's known answers too: the
/// state of a draw is a list of four words and a key of two, the products are Python's integers.
///
/// ```
/// m = (seed + fnv1a(purpose)) mod 2^64, finalised as SplitMix64; key = [m mod 2^32, m >> 32]
/// counter = [0, sample, step, epoch]; next() = low | high << 32 of two words
/// ```
@Suite struct DrawTests {
  private var random = CounterRandom(seed: 7, purpose: "order", epoch: 1, step: 2, sample: 3)

  @Test mutating func words() {
    let words = (0..<3).map { _ in random.next() as UInt64 }
    #expect(words == [0x7d75_acba_acc1_c991, 0x3b75_4b56_aa21_996a, 0x5e21_84e8_a414_24f5])
  }

  @Test mutating func fractions() {
    let fractions = (0..<3).map { _ in random.uniform() }
    #expect(fractions == [0.4900768237828351, 0.23225851884683946, 0.3676989620181108])
    #expect(fractions.allSatisfy { (0..<1).contains($0) })
  }

  /// `(next() * n) >> 64`, drawn again while the low word is below `2^64 mod n`.
  @Test mutating func integersBelowABound() {
    #expect((0..<12).map { _ in random.below(10) } == [4, 2, 3, 0, 3, 9, 1, 6, 8, 9, 5, 5])
    #expect(random.below(1) == 0)
  }

  /// A bound of 3 * 2^61, at which every fourth draw is thrown away.
  @Test mutating func drawsThatWouldBiasAreThrownAway() {
    #expect(
      (0..<6).map { _ in random.below(3 << 61) } == [
        3_390_120_654_291_905_430, 1_606_655_046_039_935_367, 2_543_568_243_193_777_627,
        2_233_942_357_868_283_653, 795_375_088_663_966_722, 5_644_974_472_107_053_867,
      ])
  }

  @Test mutating func shuffles() {
    var order: [Int32] = Array(0..<10)
    random.shuffle(&order)
    #expect(order == [3, 7, 5, 6, 9, 1, 0, 8, 2, 4])
    var none: [Int32] = []
    random.shuffle(&none)
    #expect(none.isEmpty)
  }

  @Test mutating func choices() {
    var other = random
    var third = random
    let chances = (0..<8).map { _ in random.chance(0.3) }
    #expect(chances == [false, true, false, true, false, false, true, false])
    #expect((0..<8).map { _ in other.element(of: Array("abcde")) } == Array("cbbabead"))
    #expect(
      (0..<3).map { _ in third.float(-1, 1).bitPattern } == [0xbca2_94d1, 0xbf09_1569, 0xbe87_79ec])
  }

  /// The test vectors of IETF draft-eastlake-fnv for 64-bit FNV-1a.
  @Test func fnv() {
    #expect(FNV1a.hash("") == 0xcbf2_9ce4_8422_2325)
    #expect(FNV1a.hash("a") == 0xaf63_dc4c_8601_ec8c)
    #expect(FNV1a.hash("foobar") == 0x8594_4171_f739_67e8)
    let end = Array("bar".utf8).withUnsafeBytes { FNV1a.hash($0, after: FNV1a.hash("foo")) }
    #expect(end == 0x8594_4171_f739_67e8)
    let bytes = Array("foobar".utf8).withUnsafeBytes { FNV1a.hash($0) }
    #expect(bytes == 0x8594_4171_f739_67e8)
  }
}
