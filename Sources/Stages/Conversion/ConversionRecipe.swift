import ArtifactTables
import CTImaging
import Diagnostics
import Foundation
import PipelineConfiguration
import SliceShards
import Vocabulary

/// The parameters of a conversion, checked.
struct ConversionRecipe: Sendable {
  let sizes: [Int]
  let content: PictureContent
  let repairs: [Repair]
  let shardSlices: Int
  /// How often a quirk has to occur.
  let expected: [QuirkCode: Int]
  let onExcluded: ExclusionPolicy

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
      !parameters.sizes.isEmpty && parameters.sizes.allSatisfy { $0 > 0 }
        && Set(parameters.sizes).count == parameters.sizes.count,
      "sizes", "holds different whole numbers above 0")
    if case .windows(let windows) = parameters.content {
      let allowed = PictureContent.windowCount
      try require(
        allowed.contains(windows.count), "windows",
        "names \(allowed.lowerBound) to \(allowed.upperBound) windows")
    }
    try require(
      Set(parameters.repairs).count == parameters.repairs.count, "repairs", "names a repair twice")
    try require(parameters.shardSlices > 0, "shard_slices", "is less than 1")
    sizes = parameters.sizes
    content = parameters.content
    repairs = parameters.repairs
    shardSlices = parameters.shardSlices
    onExcluded = parameters.onExcluded
    var expected: [QuirkCode: Int] = [:]
    for (name, count) in parameters.expect {
      guard let code = QuirkCode(rawValue: name) else {
        throw IchorError(
          .configuration, code: "quirk-unknown", "there is no quirk “\(name)”",
          remedy: "Use one of \(QuirkCode.allCases.map(\.rawValue).joined(separator: ", ")).",
          at: "convert.expect")
      }
      expected[code] = count
    }
    self.expected = expected
  }

  /// The windows or Hounsfield units that slices are rendered as.
  var raster: WindowedRaster {
    switch content {
    case .windows(let names): WindowedRaster(windows: names.map(Window.init), sizes: sizes)
    case .hounsfieldUnits: WindowedRaster(hounsfieldUnitsAt: sizes)
    }
  }

  /// Everything that decides what is in a shard.
  var fingerprint: String {
    let windows =
      switch content {
      case .windows(let names): names.map(\.rawValue)
      case .hounsfieldUnits: [String]()
      }
    let names = windows + repairs.map(\.rawValue)
    return "\(sizes) \(names) \(shardSlices)\n"
  }

  /// - Throws: `IchorError(.badData)` for the first code whose count is not as expected.
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

  /// Files that are left out, except those of codes whose number was checked before.
  ///
  /// - Parameter table: the file that names them.
  /// - Throws: `IchorError(.badData)` with the counts where the recipe allows none.
  func check(_ summary: ConversionSummary, listedIn table: URL) throws {
    let unexpected = summary.tally[.excluded].filter { expected[$0.key] == nil }
    guard onExcluded == .fail, !unexpected.isEmpty else { return }
    throw IchorError(
      .badData, code: "files-excluded",
      "\(unexpected.values.reduce(0, +)) files are no slices that can be converted: "
        + QuirkTally.words(unexpected),
      remedy: "The table names each file and the reason. Mend or remove the files, give their "
        + "number in convert.expect, or set convert.on_excluded: warn.", at: table.path)
  }
}
