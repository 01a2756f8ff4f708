import CTImaging
import Testing
import Vocabulary

@Suite struct RepairTests {
  /// What the published repair makes of such values, in Python:
  /// `x += 1000; x[x >= 4096] -= 4096; hu = x - 1000`.
  @Test func wrappedValuesBecomeHounsfieldUnits() {
    let repair = Repair.wrapped12Bit
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
  }
}
