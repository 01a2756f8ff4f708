import Foundation
import Testing

@testable import Phantom

@Suite struct HeaderTests {
  /// The attributes of an RSNA 2019 file, in tag order (FIELD-NOTES 3).
  static let tags: [UInt32] = [
    0x0008_0018, 0x0008_0060, 0x0010_0020, 0x0020_000D, 0x0020_000E, 0x0020_0010, 0x0020_0032,
    0x0020_0037, 0x0028_0002, 0x0028_0004, 0x0028_0010, 0x0028_0011, 0x0028_0030, 0x0028_0100,
    0x0028_0101, 0x0028_0102, 0x0028_0103, 0x0028_1050, 0x0028_1051, 0x0028_1052, 0x0028_1053,
    0x7FE0_0010,
  ]

  static func value(_ tag: UInt32, _ file: [Element]) -> Element? { file.first { $0.tag == tag } }

  @Test(arguments: ["train", "test"])
  func filesHaveTheTwentyTwoAttributes(collection: String) throws {
    let made = try GeneratedCollections.shared.get()
    for file in try made.files(of: collection) {
      let set = file.filter { $0.tag >> 16 != 2 }
      #expect(set.map(\.tag) == Self.tags)
      let meta = file.filter { $0.tag >> 16 == 2 }
      #expect(meta.map(\.tag).sorted() == meta.map(\.tag))
      let length = meta.dropFirst().reduce(0) { $0 + $1.length + ($1.vr == "OB" ? 12 : 8) }
      #expect(meta[0].value == [UInt8(length & 255), UInt8(length >> 8), 0, 0])
      #expect(file.allSatisfy { $0.length % 2 == 0 })
      #expect(Self.value(0x0028_0010, file)?.number == 96)
      #expect(Self.value(0x0028_0100, file)?.number == 16)
      let bits = try #require(Self.value(0x0028_0101, file)?.number)
      #expect(Self.value(0x0028_0102, file)?.number == bits - 1)
      #expect(Self.value(0x0020_0010, file)?.length == 0)
      let orientation = try #require(Self.value(0x0020_0037, file)).decimals
      #expect(orientation.count == 6)
      #expect(abs(orientation[4] * orientation[4] + orientation[5] * orientation[5] - 1) < 1e-5)
    }
  }

  @Test func namesAreTheIdentifiersAndSayNothingOfThePosition() throws {
    let made = try GeneratedCollections.shared.get()
    for (path, data) in try made.contents() where path.hasSuffix(".dcm") {
      let file = try #require(elements(of: data))
      let id = try #require(Self.value(0x0008_0018, file)).text.trimmingCharacters(in: ["\0"])
      #expect(path.hasSuffix("/\(id).dcm"))
      #expect(id.wholeMatch(of: /ID_[0-9a-f]{9}/) != nil)
      let patient = try #require(Self.value(0x0010_0020, file)).text
      #expect(patient.trimmingCharacters(in: [" "]).wholeMatch(of: /ID_[0-9a-f]{8}/) != nil)
    }
    let identifiers = PseudonymousIdentifiers(seed: 3)
    let inOrder = (0..<40).map { identifiers.slice(patient: 5, index: $0) }
    #expect(inOrder.sorted() != inOrder)
    let many = Set(
      (0..<3000).flatMap { p in (0..<8).map { identifiers.slice(patient: p, index: $0) } })
    #expect(many.count == 24_000)
  }

  @Test func slicesOfASeriesAreEquallySpaced() throws {
    let made = try GeneratedCollections.shared.get()
    let files = try made.files(of: "train")
    let series = Dictionary(grouping: files) { Self.value(0x0020_000E, $0)?.text ?? "" }
    #expect(series.count == 4)
    for slices in series.values {
      let heights = slices.compactMap { Self.value(0x0020_0032, $0)?.decimals.last }.sorted()
      let steps = zip(heights.dropFirst(), heights).map { $0 - $1 }
      let first = try #require(steps.first)
      #expect(first > 8)
      #expect(steps.allSatisfy { abs($0 - first) < 0.0021 })
    }
  }

  @Test(arguments: ["train", "test"])
  func quirksArePlanted(collection: String) throws {
    let files = try GeneratedCollections.shared.get().files(of: collection)
    func series(where holds: ([Element]) -> Bool) -> Set<String> {
      Set(files.filter(holds).map { Self.value(0x0020_000E, $0)?.text ?? "" })
    }
    let wrapped = series {
      Self.value(0x0028_0101, $0)?.number == 12 && Self.value(0x0028_0103, $0)?.number == 0
        && (Self.value(0x0028_1052, $0)?.decimals.first ?? -1000) > -100
    }
    #expect(wrapped.count == 1)
    let padded = series {
      // The first cell lies in the corner, outside the scan circle: -2000 is 0xF830.
      Self.value(0x0028_0103, $0)?.number == 1
        && Self.value(0x7FE0_0010, $0)?.value.prefix(2) == [0x30, 0xF8]
    }
    #expect(padded.count == 1)
    let double = series {
      Self.value(0x0028_1050, $0)?.text.trimmingCharacters(in: [" "]) == "00036\\00036"
        && Self.value(0x0028_1051, $0)?.decimals.count == 2
    }
    #expect(double.count == 1)
    // 153,710 of 524,288 bytes, in proportion to the small matrix and even.
    let lengths = files.compactMap { Self.value(0x7FE0_0010, $0)?.length }
    #expect(lengths.filter { $0 == 5402 }.count == 1)
    #expect(lengths.filter { $0 == 96 * 96 * 2 }.count == files.count - 1)
  }

  @Test func shortFileOfFullSizeIsRSNAs() {
    #expect(524_288 * 153_710 / 524_288 / 2 * 2 == 153_710)
  }

  @Test(arguments: [
    (0.0, "0.000000"), (-125.5, "-125.500000"), (0.488281, "0.488281"), (-0.25, "-0.250000"),
  ])
  func decimalStrings(value: Double, text: String) {
    #expect(DICOMEncoding.decimal(value) == text)
  }
}
