import CTImaging
import Diagnostics
import Testing

@Suite struct WindowAndRepairTests {
  /// PS3.3 C.11.2.1.3.2 (LINEAR_EXACT): ((x - c) / w + 0.5) * 255 between c - w/2 and c + w/2.
  @Test func windowsFollowTheStandardsFormula() throws {
    for window in Window.all {
      for hu in stride(from: Float(-3024), through: 3071, by: 13) {
        let raw = ((hu - window.centre) / window.width + 0.5) * 255
        #expect(abs(window.level(hu) - min(max(raw, 0), 255)) < 1e-3)
      }
    }
    // FIELD-NOTES' and radiology's usual ones: brain 0...80, subdural -20...180, soft -150...230.
    #expect(Window.all.map(\.lower) == [0, -20, -150, -800])
    #expect(try Window.named("soft") == .soft)
    let error = #expect(throws: IchorError.self) { try Window.named("liver") }
    #expect(error?.kind == .configuration)
  }

  /// What the published repair makes of such values, in Python:
  /// `x += 1000; x[x >= 4096] -= 4096; hu = x - 1000`.
  @Test func wrappedValuesBecomeHounsfieldUnits() throws {
    let repair = try Repair.named("wrapped-12-bit")
    var stored: [Int32] = [0, 40, 3095, 3096, 4095, 3071]
    let intercept = stored.withUnsafeMutableBufferPointer { repair.apply(to: $0) }
    #expect(stored == [1000, 1040, 4095, 0, 999, 4071])
    #expect(stored.map { Double($0) + intercept } == [0, 40, 3095, -1000, -1, 3071])
    var narrow: [Int16] = [0, 40, 3095, 3096, 4095, 3071]
    _ = narrow.withUnsafeMutableBufferPointer { repair.apply(to: $0) }
    #expect(narrow.map(Int32.init) == stored)
    #expect(repair.applies(bitsStored: 12, isSigned: false, intercept: 0))
    #expect(!repair.applies(bitsStored: 12, isSigned: false, intercept: -100))
    #expect(!repair.applies(bitsStored: 12, isSigned: false, intercept: -1024))
    #expect(!repair.applies(bitsStored: 12, isSigned: true, intercept: 0))
    #expect(!repair.applies(bitsStored: 16, isSigned: false, intercept: 0))
    #expect(throws: IchorError.self) { try Repair.named("none") }
  }

  /// The definition: float32(float64(stored) * slope + intercept); the whole-number way must agree.
  @Test(arguments: [
    (1.0, -1024.0), (1, 0), (1, -1024.5), (2, -1000), (0.488281, -1024), (1, 4_194_304),
    (1, 3e9), (1, -2_147_483_648), (-1, 10),
  ])
  func rescaleIsRoundedOnce(slope: Double, intercept: Double) {
    let stored: [Int32] = [
      0, 1, -1, 4095, -2000, 65535, 4_194_303, -4_194_304, 4_194_304, 16_777_217, .max, .min,
    ]
    for values in [stored, Array(stored.prefix(6))] {
      var image = HounsfieldImage()
      values.withUnsafeBufferPointer {
        image.rescale($0, rows: 1, columns: values.count, slope: slope, intercept: intercept)
      }
      #expect(image.values == values.map { Float(Double($0) * slope + intercept) })
    }
  }
}
