import ArtifactTables
import CTImaging
import Diagnostics
import PipelineConfiguration

/// The parameters of a conversion, with names turned into what they name.
struct ConversionRecipe: Sendable {
  let sizes: [Int]
  /// Empty for pictures of Hounsfield units.
  let windows: [Window]
  let repairs: [Repair]
  let shardSlices: Int
  /// How often a quirk has to occur.
  let expected: [QuirkCode: Int]

  /// - Throws: `IchorError(.configuration)` that names the key.
  init(_ parameters: ConvertParameters) throws {
    func require(_ condition: Bool, _ key: String, _ rule: String) throws {
      guard condition else {
        throw IchorError(
          .configuration, code: "convert-parameter", "convert.\(key) \(rule)",
          remedy: "Correct the value.", at: "convert.\(key)")
      }
    }
    try require(
      !parameters.sizes.isEmpty && parameters.sizes.allSatisfy { (1...4096).contains($0) }
        && Set(parameters.sizes).count == parameters.sizes.count,
      "sizes", "holds different whole numbers from 1 to 4096")
    let keepsHounsfieldUnits = parameters.keepsHounsfieldUnits
    try require(
      keepsHounsfieldUnits || (1...3).contains(parameters.windows.count), "windows",
      "names one to three windows")
    try require(
      Set(parameters.repairs).count == parameters.repairs.count, "repairs", "names a repair twice")
    try require(parameters.shardSlices > 0, "shard_slices", "is less than 1")
    sizes = parameters.sizes
    windows = keepsHounsfieldUnits ? [] : try parameters.windows.map(Window.named)
    repairs = try parameters.repairs.map(Repair.named)
    shardSlices = parameters.shardSlices
    var expected: [QuirkCode: Int] = [:]
    for (name, count) in parameters.expect {
      guard let code = QuirkCode(rawValue: name) else {
        throw IchorError(
          .configuration, code: "quirk-unknown", "there is no quirk \"\(name)\"",
          remedy: "Use one of \(QuirkCode.allCases.map(\.rawValue).joined(separator: ", ")).",
          at: "convert.expect")
      }
      expected[code] = count
    }
    self.expected = expected
  }

  /// What slices are drawn with.
  var raster: WindowedRaster {
    windows.isEmpty
      ? WindowedRaster(hounsfieldUnitsAt: sizes) : WindowedRaster(windows: windows, sizes: sizes)
  }

  /// Everything that decides what is in a shard.
  var fingerprint: String {
    let names = windows.map(\.name) + repairs.map(\.rawValue)
    return "\(sizes) \(names) \(shardSlices)\n"
  }

  /// - Throws: `IchorError(.badData)` for the first code whose count is another than expected.
  func check(_ counts: [QuirkCode: Int]) throws {
    for code in QuirkCode.allCases {
      guard let wanted = expected[code] else { continue }
      let found = counts[code] ?? 0
      guard found == wanted else {
        throw IchorError(
          .badData, code: "quirk-count-differs",
          "\(found) files have the quirk \(code.rawValue), expected \(wanted)",
          remedy: "Check that the collection is complete, or correct convert.expect.",
          at: "convert.expect.\(code.rawValue)")
      }
    }
  }
}
