/// Numbers image IDs in order of first appearance; holds them as bytes in one arena.
///
/// 750,000 images of RSNA take about 20 MB, a dictionary of strings several times that.
struct ImageIDIndex: Sendable {
  private var arena: [UInt8] = []
  /// Where each ID ends in `arena`.
  private var ends: [Int] = []
  /// Open addressing with linear probing; 0 is free, else the number of the ID plus 1. The length
  /// is a power of two and at most half full.
  private var slots = [UInt32](repeating: 0, count: 1 << 12)

  /// The number of distinct IDs.
  var count: Int { ends.count }

  /// The ID with a number, as text.
  func name(_ number: Int) -> String { String(decoding: bytes(number), as: UTF8.self) }

  /// The number of an ID, `nil` where it was never inserted.
  func number(of id: some Sequence<UInt8>) -> Int? {
    let slot = find(Array(id)[...])
    return slots[slot] == 0 ? nil : Int(slots[slot]) - 1
  }

  /// The number of an ID, a new one where it is new.
  mutating func insert(_ id: ArraySlice<UInt8>) -> Int {
    let slot = find(id)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    precondition(ends.count < Int(UInt32.max) - 1, "an index numbers fewer than 2^32 images")
    arena.append(contentsOf: id)
    ends.append(arena.count)
    slots[slot] = UInt32(ends.count)
    if ends.count * 2 > slots.count { grow() }
    return ends.count - 1
  }

  private func bytes(_ number: Int) -> ArraySlice<UInt8> {
    arena[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
  }

  /// The slot that holds the ID, or the free one where it belongs.
  private func find(_ id: ArraySlice<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(id) & mask
    while slots[slot] != 0, !bytes(Int(slots[slot]) - 1).elementsEqual(id) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for number in ends.indices { slots[find(bytes(number))] = UInt32(number + 1) }
  }

  /// FNV-1a, 64 bits, folded.
  private static func hash(_ id: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in id { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7fff_ffff)
  }
}
