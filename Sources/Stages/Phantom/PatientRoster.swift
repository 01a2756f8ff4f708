import Randomness

/// Who bleeds, of what kind, and which quirk each series has, for one collection.
///
/// The draw is stratified: every patient has its own random ranks, and quotas over those ranks
/// fix the counts. So a patient's anatomy never depends on how many patients there are; whether
/// the patient bleeds and how the files are stored can.
struct PatientRoster: Sendable {
  struct Entry: Sendable {
    /// Keys every draw of the patient.
    let number: Int
    var kinds: Set<HaemorrhageKind> = []
    var format = SeriesFormat(storage: .unsigned)
    /// Whether the file of the middle slice lacks most of its pixel data.
    var hasShortFile = false
  }

  private(set) var entries: [Entry]

  /// Numbers of test patients start here, so that both collections draw apart.
  static let firstTestPatient = 1 << 20

  init(seed: UInt64, patients: Int, firstNumber: Int, bleedingFraction: Double) {
    entries = (0..<patients).map { Entry(number: firstNumber + $0) }
    drawHaemorrhages(seed: seed, fraction: bleedingFraction)
    drawFormats(seed: seed)
  }

  /// Shares of the kind that comes first in a patient. With the companions below and the number of
  /// slices that each kind fills, slices come out as unequal as in RSNA 2019 (per 100 positive
  /// slices 2.9 epidural, 33 intraparenchymal, 24 intraventricular, 33 subarachnoid, 44 subdural).
  private static let shares: [Double] = [0.03, 0.44, 0.10, 0.19, 0.24]

  /// Probability that a patient whose first kind is the row's has the column's as well.
  private static let companions: [[Double]] = [
    [1, 0.25, 0, 0.35, 0.3],
    [0, 1, 0.45, 0.15, 0.06],
    [0, 0.2, 1, 0.25, 0],
    [0, 0.25, 0.35, 1, 0.12],
    [0, 0.12, 0.05, 0.28, 1],
  ]

  private mutating func drawHaemorrhages(seed: UInt64, fraction: Double) {
    guard fraction > 0, !entries.isEmpty else { return }
    let bleeding = max(1, min(entries.count, Int((Double(entries.count) * fraction).rounded())))
    let chosen = ranking(seed: seed, purpose: "phantom.bleeds").prefix(bleeding)
    let firsts = Self.firstKinds(count: bleeding, patients: entries.count)
    for (place, index) in chosen.enumerated() {
      var draw = CounterRandom(
        seed: seed, purpose: "phantom.companions", sample: entries[index].number)
      // Fewer bleeding patients than kinds: the kinds are dealt out, so that each occurs.
      let dealt =
        bleeding < HaemorrhageKind.allCases.count
        ? HaemorrhageKind.allCases.filter { $0.rawValue % bleeding == place } : [firsts[place]]
      entries[index].kinds = Set(dealt)
      for kind in HaemorrhageKind.allCases {
        let chance = dealt.map { Self.companions[$0.rawValue][kind.rawValue] }.max() ?? 0
        if draw.chance(chance) { entries[index].kinds.insert(kind) }
      }
    }
  }

  /// First kinds in ranking order: quotas by largest remainder, none below its least.
  private static func firstKinds(count: Int, patients: Int) -> [HaemorrhageKind] {
    let kinds = HaemorrhageKind.allCases
    let total = shares.reduce(0, +)
    let exact = shares.map { $0 / total * Double(count) }
    var quota = exact.map { Int($0) }
    let least = kinds.map { $0 == .epidural && patients >= 20 ? 2 : 1 }
    for kind in kinds.indices { quota[kind] = max(quota[kind], least[kind]) }
    while quota.reduce(0, +) < count {
      let next = kinds.indices.max { exact[$0] - Double(quota[$0]) < exact[$1] - Double(quota[$1]) }
      quota[next ?? 0] += 1
    }
    // Dealt in turn, the kind furthest below its quota first; a surplus is cut from the end.
    var left = quota
    var dealt: [HaemorrhageKind] = []
    while left.contains(where: { $0 > 0 }) {
      for kind in kinds where left[kind.rawValue] > 0 {
        dealt.append(kind)
        left[kind.rawValue] -= 1
      }
    }
    return Array(dealt.prefix(max(count, 0)))
  }

  /// Quirks: at least one wrapped, one signed and padded, one double-window series and one short
  /// file, in different patients where there are enough.
  private mutating func drawFormats(seed: UInt64) {
    let order = ranking(seed: seed, purpose: "phantom.formats")
    let count = order.count
    let wrapped = count < 2 ? 0 : max(1, count / 25)
    let padded = max(1, count / 3)
    let doubled = max(1, count / 4)
    for (place, index) in order.enumerated() {
      var draw = CounterRandom(
        seed: seed, purpose: "phantom.format", sample: entries[index].number)
      var format = SeriesFormat(storage: draw.chance(0.3) ? .signed : .unsigned)
      if place < wrapped + padded { format.storage = place < wrapped ? .wrapped : .signedPadded }
      format.hasDoubleWindow = place >= count - doubled
      format.isImplicit = draw.chance(0.25)
      format.windowCenter =
        format.hasDoubleWindow ? "36" : draw.element(of: ["30", "35", "36", "40"])
      format.windowWidth = draw.element(of: ["80", "80", "80", "100"])
      entries[index].format = format
      entries[index].hasShortFile = place == min(wrapped, count - 1)
    }
  }

  /// Indices of the entries, ordered by a random rank for each.
  private func ranking(seed: UInt64, purpose: String) -> [Int] {
    let ranks = entries.map { entry -> UInt64 in
      var draw = CounterRandom(seed: seed, purpose: purpose, sample: entry.number)
      return draw.next()
    }
    return entries.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
  }
}
