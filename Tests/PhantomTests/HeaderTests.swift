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
      let (y, z) = (orientation[4], orientation[5])
      let squared: Double = y * y + z * z
      #expect(abs(squared - 1) < 1e-5)
    }
  }

  @Test func namesAreTheIdentifiersAndSayNothingOfThePosition() throws {
    let made = try GeneratedCollections.shared.get()
    for (path, data) in made.contents where path.hasSuffix(".dcm") {
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
      let uneven = steps.filter { (step: Double) in abs(step - first) > 0.0021 }
      #expect(uneven.isEmpty)
    }
  }

  @Test(arguments: ["train", "test"])
  func quirksArePlanted(collection: String) throws {
    let files = try GeneratedCollections.shared.get().files(of: collection)
    func series(where holds: ([Element]) -> Bool) -> Set<String> {
      Set(files.filter(holds).map { Self.value(0x0020_000E, $0)?.text ?? "" })
    }
    let wrapped = series { file in
      let isUnsigned = Self.value(0x0028_0103, file)?.number == 0
      let intercept: Double = Self.value(0x0028_1052, file)?.decimals.first ?? -1000
      return isUnsigned && Self.value(0x0028_0101, file)?.number == 12 && intercept > -100
    }
    #expect(wrapped.count == 1)
    let padded = series { file in
      // The first cell lies in the corner, outside the scan circle: -2000 is 0xF830.
      let isSigned = Self.value(0x0028_0103, file)?.number == 1
      let corner: [UInt8] = Array(Self.value(0x7FE0_0010, file)?.value.prefix(2) ?? [])
      return isSigned && corner == [0x30, 0xF8]
    }
    #expect(padded.count == 1)
    let double = series { file in
      let center = Self.value(0x0028_1050, file)?.text.trimmingCharacters(in: [" "])
      return center == "00036\\00036" && Self.value(0x0028_1051, file)?.decimals.count == 2
    }
    #expect(double.count == 1)
    // 153,710 of 524,288 bytes, in proportion to the small matrix and even.
    let lengths: [Int] = files.compactMap { Self.value(0x7FE0_0010, $0)?.length }
    let short = lengths.filter { $0 == 5402 }.count
    let whole = lengths.filter { $0 == 18_432 }.count
    #expect(short == 1)
    #expect(whole == files.count - 1)
  }

  @Test(arguments: [
    (0.0, "0.000000"), (-125.5, "-125.500000"), (0.488281, "0.488281"), (-0.25, "-0.250000"),
  ])
  func decimalStrings(value: Double, text: String) {
    #expect(DICOMEncoding.decimal(value) == text)
  }
}
