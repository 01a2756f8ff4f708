import DICOMSamples
import Testing

@testable import DICOM

/// Damaged files: none may trap, and what is read must have the size that its header says.
@Suite struct MutationTests {
  @Test func seedsAreRead() throws {
    // 16 files, one of which is coded with loss.
    #expect(SeedFiles.all.count == 16)
    #expect(SeedFiles.all.count(where: { $0.values == nil }) == 1)
    for seed in SeedFiles.all {
      let image = try DICOMReader.read(seed.bytes)
      if let values = seed.values { #expect(image.raw == values, "\(seed.name)") }
    }
  }

  @Test func damagedFilesAreReadOrRefused() {
    let seeds = SeedFiles.all.map(\.bytes)
    var values = StoredValues()
    var read = 0
    var refused = 0
    for number in 0..<20_000 {
      let bytes = FileDamage.damaged(seeds, number: number)
      do throws(DICOMError) {
        let image = try bytes.withUnsafeBytes { bytes in
          Result { () throws(DICOMError) in try DICOMReader.read(bytes, into: &values) }
        }.get()
        let header = image.header
        #expect(values.count == header.numberOfFrames * header.rows * header.columns)
        read += 1
      } catch {
        refused += 1
      }
    }
    // Both outcomes must be common, or the damage would test nothing.
    #expect(read > 2_000 && refused > 2_000)
  }

  /// A file that is cut anywhere is refused, or gives the image that it had.
  @Test func prefixesOfEverySyntax() throws {
    var read = 0
    var refused = 0
    for seed in SeedFiles.all {
      let raw = try DICOMReader.read(seed.bytes).raw
      for length in seed.bytes.indices {
        guard let image = try? DICOMReader.read(Array(seed.bytes[..<length])) else {
          refused += 1
          continue
        }
        read += 1
        #expect(image.raw == raw, "\(seed.name) cut at \(length)")
      }
    }
    // What follows the pixels may be missing: padding, the end marker of a codestream.
    #expect(read > 10 && refused > 1_000)
  }

  /// Memory that is reused holds the same values, even after a file of another size.
  @Test func memoryIsUsedAgain() throws {
    var values = StoredValues()
    let other = DICOMBuilder(rows: 2, columns: 2, cells: [1, 2, 3, 4]).file()
    for seed in SeedFiles.all {
      for bytes in [seed.bytes, seed.bytes, other] {
        let header = try bytes.withUnsafeBytes { try DICOMReader.read($0, into: &values).header }
        let image = try DICOMReader.read(bytes)
        let raw = values.isNarrow ? values.narrow.map(Int32.init) : values.wide
        #expect(raw == image.raw && header == image.header)
      }
    }
  }
}
