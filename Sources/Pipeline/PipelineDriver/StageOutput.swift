import Dispatch
import Foundation
import OperatingSystem

/// One of the streams of a stage that runs beside others, read line by line.
struct StageOutput: Sendable {
  private let ended = DispatchSemaphore(value: 0)

  /// Reads on a thread of its own until every writer has closed the stream.
  init(_ reader: OpenFile, _ line: @escaping @Sendable (String) -> Void) {
    Thread.detachNewThread { [ended] in
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
      defer { buffer.deallocate() }
      var rest: [UInt8] = []
      while let count = try? reader.readSome(into: buffer), count > 0 {
        rest += buffer.prefix(count)
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
          line(String(decoding: rest[..<end], as: UTF8.self))
          rest.removeSubrange(...end)
        }
      }
      if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
      ended.signal()
    }
  }

  /// Waits for the end of the stream, but not long: a program that the stage left behind may keep
  /// it open.
  func waitUntilRead() { _ = ended.wait(timeout: .now() + 2) }
}
