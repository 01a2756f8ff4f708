import Testing

@testable import DICOM

/// Damaged files: none may trap, and what is read must have the size that its header says.
@Suite struct MutationTests {
  /// SplitMix64, so that the damage is the same on every machine.
  private struct Generator {
    var state: UInt64
    mutating func next(below bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 1) % bound
    }
  }

  private static var seeds: [[UInt8]] {
    let cells = (0..<48).map { UInt16($0 * 1365) }
    var seeds: [[UInt8]] = []
    for encoding in [DICOMBuilder.Encoding.implicitLittle, .explicitLittle, .explicitBig] {
      var builder = DICOMBuilder(encoding, rows: 6, columns: 8, cells: cells, stored: 12)
      let icon = builder.element(0x0028_0010, "US", [1, 1])
      let opening = builder.header(0x0088_0200, "SQ", length: UInt32.max)
      builder.setBytes(
        0x0088_0200,
        opening + builder.tag(0xFFFE_E000) + builder.uint32(UInt32(icon.count)) + icon
          + builder.tag(0xFFFE_E0DD) + builder.uint32(0))
      builder.set(0xFFFC_FFFC, "OB", [0, 0])
      seeds.append(builder.file())
    }
    var rle = DICOMBuilder(rows: 2, columns: 3, cells: [])
    let header: [UInt8] = [2, 0, 0, 0, 64, 0, 0, 0, 66, 0, 0, 0]
    rle.encapsulate(
      [header + [UInt8](repeating: 0, count: 52) + [251, 1, 2, 1, 2, 3, 254, 7]], offsets: [0],
      transferSyntax: "1.2.840.10008.1.2.5")
    seeds.append(rle.file())
    for (predictor, restartRows) in [(1, 0), (7, 2)] {
      let encoder = JPEGLosslessEncoder(predictor: predictor, restartRows: restartRows)
      var jpeg = DICOMBuilder(rows: 6, columns: 8, cells: [])
      jpeg.encapsulate(
        [encoder.encode(cells.map(Int.init), rows: 6, columns: 8)],
        transferSyntax: "1.2.840.10008.1.2.4.70")
      seeds.append(jpeg.file())
    }
    return seeds
  }

  /// Overwrites, flips, cuts, repeats or swaps for extremes at 1 to 4 places.
  private static func damage(_ seed: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = seed
    for _ in 0...generator.next(below: 4) where !bytes.isEmpty {
      // The preamble says nothing; begin at DICM.
      let place = 128 + generator.next(below: max(bytes.count - 128, 1))
      guard place < bytes.count else { continue }
      switch generator.next(below: 6) {
      case 0: bytes[place] = UInt8(generator.next(below: 256))
      case 1: bytes[place] ^= UInt8(1 << generator.next(below: 8))
      case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][generator.next(below: 6)]
      case 3: bytes.removeSubrange(place..<min(place + 1 + generator.next(below: 8), bytes.count))
      case 4:
        let end = min(place + 1 + generator.next(below: 32), bytes.count)
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      default:
        for index in place..<min(place + 4, bytes.count) { bytes[index] = 0xFF }
      }
    }
    return bytes
  }

  @Test func damagedFilesAreReadOrRefused() {
    var generator = Generator(state: 2019)
    let seeds = Self.seeds
    var read = 0
    var refused = 0
    for count in 0..<20_000 {
      let bytes = Self.damage(seeds[count % seeds.count], &generator)
      do throws(DICOMError) {
        let image = try DICOMReader.read(bytes)
        let header = image.header
        #expect(image.raw.count == header.numberOfFrames * header.rows * header.columns)
        #expect(image.hounsfield().allSatisfy { $0.isFinite })
        read += 1
      } catch {
        refused += 1
      }
    }
    // Both outcomes must be common, or the damage would test nothing.
    #expect(read > 2_000 && refused > 2_000)
  }
}
