import Foundation

/// Standard output and standard error, written so that a closed or full one never ends a program
/// with a trap.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Writes a result that was asked for.
  ///
  /// - Throws: `IchorError(.inputOutput)` where not all of it could be written.
  package func write(_ text: String) throws {
    do {
      try handle.write(contentsOf: Data(text.utf8))
    } catch {
      let call = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      throw IchorError(
        .inputOutput, code: "stream-write",
        "Standard \(self) cannot be written to: \((call ?? error as NSError).localizedDescription)",
        remedy: "Check where it leads: a disk may be full, or a program may have closed it.")
    }
  }

  /// Writes what is good to know; work goes on if it cannot be written.
  package func tell(_ text: String) { try? write(text) }

  private var handle: FileHandle {
    switch self {
    case .output: .standardOutput
    case .error: .standardError
    }
  }

  /// Makes sure that no file gets the number of a standard stream which is closed: what is written
  /// to the stream would end up in that file. Called before any file is opened.
  package static func reserveNumbers() {
    for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 {
      // The lowest free number is this one. It is opened the wrong way round, so that using it
      // stays an error.
      _ = open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// From now on, a reader that goes away, such as `head`, makes writing fail instead of ending the
  /// process.
  package static func outliveReaders() { signal(SIGPIPE, SIG_IGN) }
}
