import Diagnostics
import ExternalSorting
import Foundation
import TestFolders
import Testing

@Suite struct ExternalSorterTests {
  private let folder: TemporaryFolder
  private var scratch: ScratchFolder { ScratchFolder(folder.url, creates: false) }

  init() throws { folder = try TemporaryFolder() }

  /// Different lengths, empty ones, ones that begin alike and equal ones, always the same.
  private func records(_ count: Int) -> [[UInt8]] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func draw(_ bound: UInt64) -> UInt64 {
      // Marsaglia's xorshift64.
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state % bound
    }
    return (0..<count).map { _ in
      let common = Array("a common beginning".utf8.prefix(Int(draw(19))))
      return common + (0..<draw(12)).map { _ in UInt8(draw(4)) &* 85 }
    }
  }

  private func all(_ sorter: ExternalSorter) throws -> [[UInt8]] {
    let sorted = try sorter.sorted()
    var found: [[UInt8]] = []
    while let record = try sorted.next() { found.append([UInt8](record)) }
    return found
  }

  private func fill(_ sorter: ExternalSorter, _ records: [[UInt8]]) throws {
    for record in records { try record.withUnsafeBytes { try sorter.append($0) } }
  }

  /// In memory, in one merge, and in several: 4096 bytes hold some hundred records, and two runs are
  /// merged at once.
  @Test(arguments: [1 << 23, 1 << 17, 4096])
  func recordsComeInTheOrderOfTheirBytes(memory: Int) throws {
    let records = records(20_000)
    let sorter = ExternalSorter(in: scratch, memory: memory)
    try fill(sorter, records)
    #expect(sorter.count == 20_000)
    let expected = records.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(try all(sorter) == expected)
    #expect(try all(sorter) == expected, "every reading begins anew")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test func aRecordMayBeLongerThanTheMemory() throws {
    let records = [3, 1, 2].map { [UInt8](repeating: $0, count: 100_000) } + [[2], []]
    let sorter = ExternalSorter(in: scratch, memory: 4096)
    try fill(sorter, records)
    #expect(try all(sorter) == [records[4], records[1], records[3], records[2], records[0]])
  }

  @Test func nothingIsWrittenWhereAllFits() throws {
    let place = folder.url.appendingPathComponent("made when needed")
    let small = ExternalSorter(in: ScratchFolder(place, creates: true))
    try fill(small, records(1000))
    #expect(try all(small).count == 1000)
    #expect(try all(ExternalSorter(in: scratch)) == [])
    #expect(!FileManager.default.fileExists(atPath: place.path))
    let large = ExternalSorter(in: ScratchFolder(place, creates: true), memory: 4096)
    try fill(large, records(1000))
    #expect(try all(large).count == 1000)
    #expect(FileManager.default.fileExists(atPath: place.path))
  }

  @Test func aFolderThatCannotBeWrittenIsReplacedByTheSystems() throws {
    let file = try folder.write("", to: "no folder")
    let sorter = ExternalSorter(in: ScratchFolder(file, creates: true), memory: 4096)
    try fill(sorter, records(1000))
    #expect(try all(sorter).count == 1000)
  }

  @Test func aSpoolKeepsTheOrder() throws {
    for count in [0, 100, 100_000] {
      let records = records(count)
      let spool = RecordSpool(in: scratch)
      for record in records { try record.withUnsafeBytes { try spool.append($0) } }
      #expect(spool.count == count)
      var found: [[UInt8]] = []
      while let record = try spool.next() { found.append([UInt8](record)) }
      #expect(found == records)
    }
  }

  @Test(arguments: [1 << 20, 4096]) func aLookupFindsAllOfAKey(memory: Int) throws {
    let sorter = ExternalSorter(in: scratch, memory: memory)
    var expected: [String: [Int]] = [:]
    for value in 0..<3000 {
      let key = "key\(value * 7 % 900)"
      expected[key, default: []].append(value)
      var record = SortableRecord(text: key)
      record.append(value)
      try sorter.append(record)
    }
    let lookup = try SortedLookup(sorter)
    #expect(!lookup.isEmpty)
    // Some of the keys are not there, some that are there are not asked for.
    for key in (0..<2000).filter({ $0 % 3 > 0 }).map({ "key\($0)" }).sorted() + ["z"] {
      var found: [Int] = []
      try SortableRecord(text: key).bytes.withUnsafeBytes {
        try lookup.forEachMatch(of: $0) { found.append(try $0.integer()) }
      }
      #expect(found == expected[key] ?? [], "\(key)")
    }
    #expect(try SortedLookup(ExternalSorter(in: scratch)).isEmpty)
  }
}
