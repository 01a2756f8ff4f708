import Foundation
import Synchronization

/// Standard error, shared by a progress bar and by lines of text so that neither tears the other.
///
/// The bar, of one line or of several, is redrawn in place; a line first erases it and then draws it
/// again below.
package final class Terminal: Sendable {
  private let bar = Mutex("")
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes text that is complete; standard error unless a test listens.
  package init(write: @escaping @Sendable (String) -> Void = { StandardStream.error.tell($0) }) {
    self.write = write
  }

  /// Writes one line; a line break inside `text` is made visible.
  package func line(_ text: String) {
    let single = text.replacing("\r", with: "").replacing("\n", with: " ⏎ ")
    bar.withLock { bar in
      write(bar.isEmpty ? "\(single)\n" : "\(Self.erasing(bar))\(single)\n\(bar)")
    }
  }

  /// Erases the bar while `body` writes to another stream, which may lead to the same window.
  package func above(_ body: () -> Void) {
    bar.withLock { bar in
      if !bar.isEmpty { write(Self.erasing(bar)) }
      body()
      if !bar.isEmpty { write(bar) }
    }
  }

  /// Redraws the bar, no line of which may be wider than the window; an empty text erases it.
  package func show(bar text: String) {
    bar.withLock { bar in
      if bar.isEmpty && text.isEmpty { return }
      let erasing = Self.erasing(bar)
      bar = text
      write("\(erasing)\(text)")
    }
  }

  /// Leaves the bar as it stands and goes on below it.
  package func endBar() {
    bar.withLock { bar in
      if !bar.isEmpty { write("\n") }
      bar = ""
    }
  }

  /// Goes back to where the bar began, and empties the window from there.
  private static func erasing(_ bar: String) -> String {
    let above = bar.count { $0 == "\n" }
    return above == 0 ? "\r\u{1B}[K" : "\r\u{1B}[\(above)A\u{1B}[J"
  }

  /// How many characters fit into a line of the window of standard error, 80 where there is none.
  package static var width: Int {
    var window = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return 80 }
    return Int(window.ws_col)
  }
}
