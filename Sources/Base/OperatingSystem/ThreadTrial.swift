import Foundation

/// Finds out whether the system gives this process threads, before anything depends on them.
///
/// The pools of Dispatch wait for a refused thread for ever, and OpenMP's ends the process.
package enum ThreadTrial {
  /// Starts threads that live at the same time, and ends them; some 20 microseconds each.
  ///
  /// - Throws: `SystemCallError` where one is refused, as by a limit of processes or of memory.
  package static func start(_ count: Int) throws(SystemCallError) {
    let failure = failure(of: count)
    if failure != 0 { throw SystemCallError(call: "pthread_create", number: failure) }
  }

  /// The error number of the first thread that is refused; 0 where none is.
  private static func failure(of count: Int) -> Int32 {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { gate.deallocate() }
    pthread_mutex_init(gate, nil)
    defer { pthread_mutex_destroy(gate) }
    pthread_mutex_lock(gate)
    var threads: [pthread_t] = []
    var failure: Int32 = 0
    for _ in 0..<count {
      #if os(Linux)
        var thread = pthread_t()
        failure = pthread_create(&thread, nil, waitForGate, gate)
        if failure != 0 { break }
        threads.append(thread)
      #else
        var thread: pthread_t?
        failure = pthread_create(&thread, nil, waitForGate, gate)
        guard failure == 0, let thread else { break }
        threads.append(thread)
      #endif
    }
    pthread_mutex_unlock(gate)
    for thread in threads { pthread_join(thread, nil) }
    return failure
  }
}

/// What a thread does: waits until all have been started.
#if os(Linux)
  private func waitForGate(_ gate: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let gate = gate?.assumingMemoryBound(to: pthread_mutex_t.self) else { return nil }
    pthread_mutex_lock(gate)
    pthread_mutex_unlock(gate)
    return nil
  }
#else
  private func waitForGate(_ gate: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let gate = gate.assumingMemoryBound(to: pthread_mutex_t.self)
    pthread_mutex_lock(gate)
    pthread_mutex_unlock(gate)
    return nil
  }
#endif
