import Diagnostics
import Foundation
import Testing

@testable import TensorBoardEvents

@Suite final class EventFileTests {
  /// Made with TensorBoard 2.21.0:
  ///
  ///     from tensorboard.compat.proto.event_pb2 import Event
  ///     from tensorboard.compat.proto.summary_pb2 import Summary
  ///     from tensorboard.summary.writer.record_writer import RecordWriter
  ///     w = RecordWriter(f := io.BytesIO())
  ///     w.write(Event(wall_time=1571000000.25, file_version="brain.Event:2").SerializeToString())
  ///     for tag, step, value, time in [("loss/train", 0, 0.6931471824645996, 1571000001.0),
  ///         ("loss/validation", 300, 0.25, 1571000002.5), ("skill", 70000, -1.5, 0.0)]:
  ///       value = Summary.Value(tag=tag, simple_value=value)
  ///       w.write(Event(wall_time=time, step=step, summary=Summary(value=[value]))
  ///               .SerializeToString())
  ///     print(base64.b64encode(f.getvalue()))
  static let python = """
    GAAAAAAAAACjf0siCQAAELDjaNdBGg1icmFpbi5FdmVudDoy+oU2sR4AAAAAAAAA2dwSMgkAAECw42jXQSoTChEKCmxv\
    c3MvdHJhaW4VGHIxP2/+vJ8mAAAAAAAAAHNP4wAJAACgsONo10EQrAIqGAoWCg9sb3NzL3ZhbGlkYXRpb24VAACAPqZu\
    TawUAAAAAAAAAF49KRUQ8KIEKg4KDAoFc2tpbGwVAADAv0b3iv0=
    """

  let url = FileManager.default.temporaryDirectory.appending(
    path: "events.out.tfevents.\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes the three events of `python`, one writer each, as three resumed runs would.
  private func writeAll() throws {
    let events: [(String, Int, Double, Double)] = [
      ("loss/train", 0, 0.6931471824645996, 1_571_000_001),
      ("loss/validation", 300, 0.25, 1_571_000_002.5), ("skill", 70000, -1.5, 0),
    ]
    for (tag, step, value, time) in events {
      let writer = try EventFileWriter(url, startedAt: 1_571_000_000.25)
      try writer.write([(tag, value)], step: step, wallTime: time)
      try writer.close()
    }
  }

  @Test func bytesEqualTensorBoards() throws {
    try writeAll()
    #expect(try Data(contentsOf: url) == Data(base64Encoded: Self.python))
  }

  @Test func aTornRecordIsCutOff() throws {
    let whole = try #require(Data(base64Encoded: Self.python))
    let lastRecord = 8 + 4 + 20 + 4
    for lost in [1, 4, 5, 20, 30, lastRecord] {
      try whole.dropLast(lost).write(to: url)
      let writer = try EventFileWriter(url, startedAt: 5)
      try writer.write([("skill", -1.5)], step: 70000, wallTime: 0)
      try writer.close()
      #expect(try Data(contentsOf: url) == whole)
    }
    // Killed within the version record.
    try whole.prefix(20).write(to: url)
    try writeAll()
    #expect(try Data(contentsOf: url) == whole)
  }

  @Test func laterStepsAreCutOffOnResume() throws {
    let whole = try #require(Data(base64Encoded: Self.python))
    for (lastStep, kept) in [(0, 86), (299, 86), (300, 140), (70000, 176)] {
      try whole.write(to: url)
      try EventFileWriter(url, startedAt: 0, continuingAfter: lastStep).close()
      #expect(try Data(contentsOf: url) == whole.prefix(kept))
    }
  }

  @Test func refusesAForeignFileAndAMissingFolder() throws {
    try Data(repeating: 7, count: 500).write(to: url)
    #expect(throws: IchorError.self) { try EventFileWriter(url, startedAt: 0) }
      .map { #expect($0.code == "event-file-foreign") }
    #expect(try Data(contentsOf: url).count == 500)
    let nowhere = url.appending(path: "no/events.out.tfevents.x")
    #expect(throws: IchorError.self) { try EventFileWriter(nowhere, startedAt: 0) }
      .map { #expect($0.kind == .cannotCreate) }
  }

  /// RFC 3720, B.4: 32 bytes of zeroes give aa 36 91 8a; the check value of the Rocksoft catalogue
  /// for "123456789" is e3069283; masked: TensorBoard 2.21.0's `masked_crc32c(b"123456789")`.
  @Test func checksums() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(CRC32C.checksum("123456789".utf8) == 0xe306_9283)
    #expect(CRC32C.masked("123456789".utf8) == 0xc78a_b0e5)
  }

  @Test func severalScalarsOfOneStepAndOddSteps() {
    let event = EventMessage.scalars([("a", 1), ("b", .nan)], step: -1, wallTime: 1)
    #expect(EventMessage.step(of: event[...]) == -1)
    #expect(EventMessage.step(of: [0x12, 0xff]) == nil)
    #expect(EventMessage.step(of: [0x0f]) == nil)
    #expect(EventMessage.step(of: []) == 0)
    // Summary of two values: field 5, then each value as field 1 of 8 bytes.
    #expect(Array(event.suffix(20)).prefix(4) == [0x0a, 8, 0x0a, 1])
  }
}
