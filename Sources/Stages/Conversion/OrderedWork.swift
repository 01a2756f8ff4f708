import Foundation

/// Does pieces of work on several threads and takes the results in the order of the pieces.
///
/// At most a fixed number of results wait, however many pieces there are: a thread that is too far
/// ahead waits for the slowest. The thread with the earliest piece never waits, so this can't lock up.
enum OrderedWork {
  /// Results that may wait, for each worker.
  private static let lead = 8

  /// - Parameters:
  ///   - workers: one per thread, passed to `work` on that thread only; may hold buffers.
  ///   - next: the next piece, `nil` after the last; never called twice at once.
  ///   - work: makes a result; runs on all threads.
  ///   - take: gets the results one at a time, numbered from 0, never two at once.
  /// - Throws: the first error of `next`, `work` or `take`, after which no new piece is started.
  static func run<Worker, Piece, Result>(
    workers: [Worker], next: () throws -> Piece?,
    work: @Sendable (Worker, Piece) throws -> Result, take: (Int, Result) throws -> Void
  ) throws {
    let line = WaitingLine<Result>(limit: lead * workers.count)
    // `concurrentPerform` returns when all threads are done, so neither the workers, each of which
    // is used by one thread, nor `next` and `take`, which the line calls by one thread at a time,
    // outlive or share anything; the compiler can't see that.
    nonisolated(unsafe) let workers = workers
    nonisolated(unsafe) let next = next
    nonisolated(unsafe) let take = take
    DispatchQueue.concurrentPerform(iterations: workers.count) { number in
      let worker = workers[number]
      while let (index, piece) = line.begin(next) {
        do {
          let result = try work(worker, piece)
          try line.hand(in: result, at: index, take)
        } catch {
          line.fail(error)
        }
      }
    }
    try line.rethrow()
  }
}

/// The results that wait for their turn.
///
/// All state is guarded by the condition's lock, which the compiler can't check.
private final class WaitingLine<Result>: @unchecked Sendable {
  private let limit: Int
  private let condition = NSCondition()
  private var isExhausted = false
  private var begun = 0
  private var taken = 0
  private var waiting: [Int: Result] = [:]
  private var isTaking = false
  private var failure: (any Error)?

  init(limit: Int) { self.limit = limit }

  /// The next piece to work on and its number, `nil` when there is none or something failed.
  func begin<Piece>(_ next: () throws -> Piece?) -> (Int, Piece)? {
    condition.lock()
    defer { condition.unlock() }
    while failure == nil && !isExhausted && begun - taken >= limit { condition.wait() }
    guard failure == nil, !isExhausted else { return nil }
    do {
      guard let piece = try next() else {
        // Those that wait for room have nothing left to wait for.
        isExhausted = true
        condition.broadcast()
        return nil
      }
      defer { begun += 1 }
      return (begun, piece)
    } catch {
      failure = error
      condition.broadcast()
      return nil
    }
  }

  /// Adds a result and, unless another thread is doing so, takes all whose turn it is.
  func hand(in result: Result, at index: Int, _ take: (Int, Result) throws -> Void) throws {
    condition.lock()
    defer { condition.unlock() }
    waiting[index] = result
    if isTaking { return }
    isTaking = true
    defer { isTaking = false }
    while failure == nil, let result = waiting.removeValue(forKey: taken) {
      // Others hand in results while this thread writes.
      condition.unlock()
      defer { condition.lock() }
      try take(taken, result)
      advance()
    }
  }

  private func advance() {
    condition.lock()
    taken += 1
    condition.broadcast()
    condition.unlock()
  }

  func fail(_ error: any Error) {
    condition.lock()
    if failure == nil { failure = error }
    condition.broadcast()
    condition.unlock()
  }

  func rethrow() throws {
    condition.lock()
    defer { condition.unlock() }
    if let failure { throw failure }
  }
}
