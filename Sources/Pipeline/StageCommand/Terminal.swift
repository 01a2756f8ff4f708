import Diagnostics
import Synchronization

/// Standard error, shared by the progress bar and by lines of text so that neither tears the other.
///
/// The bar is redrawn in place; a line first erases it and then draws it again below.
final class Terminal: Sendable {
  private let bar = Mutex("")
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes text that is complete; standard error unless a test listens.
  init(write: @escaping @Sendable (String) -> Void = { StandardStream.error.tell($0) }) {
    self.write = write
  }

  /// Writes one line; a line break inside `text` is made visible.
  func line(_ text: String) {
    let single = text.replacing("\r", with: "").replacing("\n", with: " ⏎ ")
    bar.withLock { bar in write(bar.isEmpty ? "\(single)\n" : "\r\u{1B}[K\(single)\n\(bar)") }
  }

  /// Redraws the bar; an empty text erases it.
  func show(bar text: String) {
    bar.withLock { bar in
      if bar.isEmpty && text.isEmpty { return }
      bar = text
      write("\r\u{1B}[K\(text)")
    }
  }

  /// Leaves the bar as it stands and goes on below it.
  func endBar() {
    bar.withLock { bar in
      if !bar.isEmpty { write("\n") }
      bar = ""
    }
  }
}
