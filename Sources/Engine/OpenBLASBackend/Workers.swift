import Dispatch

/// The threads of a step. Work is cut by its size and their number alone, so that every sum is
/// formed in the same order on every run.
struct Workers {
  let count: Int

  /// The number of parts that `split` cuts that many items into.
  func parts(of items: Int) -> Int { max(1, min(count, items)) }

  /// Runs `body` on adjacent ranges that cover `0..<items`, one per part, and waits. The parts run
  /// at the same time and must write to different places.
  func split(_ items: Int, _ body: (_ part: Int, _ range: Range<Int>) -> Void) {
    let parts = parts(of: items)
    if parts == 1 { return body(0, 0..<items) }
    withoutActuallyEscaping(body) { body in
      // Safe to share: `concurrentPerform` waits, and the parts write to different places.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: parts) { part in
        body(part, items * part / parts..<items * (part + 1) / parts)
      }
    }
  }
}
