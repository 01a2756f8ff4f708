import Testing

@testable import Phantom

@Suite struct SeriesFormatTests {
  @Test func repairOfAWrappedSeriesRestoresHounsfieldUnits() {
    let format = SeriesFormat(storage: .wrapped)
    for hounsfield in Int32(-1000)...3095 {
      // The repair of FIELD-NOTES 3: x += 1000; x -= 4096 where x >= 4096; intercept -1000.
      var x = Int32(format.cell(hounsfield))
      #expect(x < 4096)
      x += 1000
      if x >= 4096 { x -= 4096 }
      #expect(x - 1000 == hounsfield)
    }
    #expect(format.bitsStored == 12)
    #expect(format.pixelRepresentation == 0)
    #expect(format.rescaleIntercept > -100)
  }

  @Test(arguments: [SeriesFormat.Storage.signed, .signedPadded, .unsigned])
  func otherSeriesStoreHounsfieldUnits(storage: SeriesFormat.Storage) {
    let format = SeriesFormat(storage: storage)
    for hounsfield in Int32(-1024)...3071 {
      #expect(Int32(format.cell(hounsfield)) + Int32(format.rescaleIntercept) == hounsfield)
    }
  }

  @Test func paddingIsMinusTwoThousand() {
    #expect(Int16(bitPattern: SeriesFormat(storage: .signedPadded).padding) == -2000)
    #expect(SeriesFormat(storage: .unsigned).padding == 0)
  }
}
