import Diagnostics
import Foundation
import OperatingSystem

/// A pipe by which a stage learns that its driver has ended, however it ended: the driver alone has
/// the end to write to and never writes, so reading ends when the driver does.
package enum DriverLifeline {
  /// The environment variable that tells a stage the descriptor of its end.
  package static let variable = "ICHOR_DRIVER_LIFELINE"

  /// The stage's end, which programs that it starts no longer see; `nil` where no driver gave one.
  package static func inherited() -> OpenFile? {
    guard let text = getenv(variable).map({ String(cString: $0) }) else { return nil }
    unsetenv(variable)
    var status = stat()
    guard let number = Int32(text), number > 2, fstat(number, &status) == 0,
      status.st_mode & S_IFMT == S_IFIFO
    else { return nil }
    return OpenFile(adopting: number)
  }

  /// Calls `body`, on a thread of its own, once the driver has ended.
  package static func watch(_ end: OpenFile, _ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread {
      let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
      defer { byte.deallocate() }
      while let count = try? end.readSome(into: byte), count > 0 {}
      body()
    }
  }
}
