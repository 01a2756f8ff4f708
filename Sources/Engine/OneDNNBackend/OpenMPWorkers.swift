import COneDNN

/// Loops on the threads that oneDNN runs on.
enum OpenMPWorkers {
  /// Calls `body` with every number below `count`, in any order; returns when all are done.
  static func run(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var context = body
      withUnsafeMutablePointer(to: &context) { pointer in
        ichor_run_parallel(
          Int32(threads), Int64(count),
          { context, index in
            context?.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(Int(index))
          }, pointer)
      }
    }
  }
}
