import Foundation

/// Locks of open file descriptions (fcntl(2)): unlike flock(2), one can ask who stands in the way
/// without taking the lock, and they work between the machines of a network file system.
extension OpenFile {
  package enum LockMode: Sendable {
    /// Many may hold it at once.
    case shared
    /// One holds it, alone.
    case exclusive

    fileprivate var type: Int16 { Int16(self == .shared ? F_RDLCK : F_WRLCK) }
  }

  /// Takes the lock on the whole file, which lasts until the file is closed.
  ///
  /// - Returns: `false` at once where another open file stands in the way.
  /// - Throws: `SystemCallError` where fcntl(2) fails otherwise.
  package func lock(_ mode: LockMode) throws(SystemCallError) -> Bool {
    var request = flock()
    request.l_type = mode.type
    request.l_whence = Int16(SEEK_SET)
    if uninterrupted({ fcntl(descriptor, Self.setLock, &request) }) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    // Some sandboxes lack these locks, and have the older ones, which cannot be asked for.
    guard errno == EINVAL else { throw .last("fcntl") }
    let operation = (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB
    if uninterrupted({ flock(descriptor, operation) }) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    throw .last("flock")
  }

  /// Gives the lock back at once. Closing the file does so too, but only once no program that is
  /// just being started has the file any more.
  package func unlock() {
    var request = flock()
    request.l_type = Int16(F_UNLCK)
    request.l_whence = Int16(SEEK_SET)
    _ = fcntl(descriptor, Self.setLock, &request)
  }

  /// The lock of another open file that stands in the way of this one; `nil` where none does.
  ///
  /// - Throws: `SystemCallError` where fcntl(2) fails.
  package func conflict(with mode: LockMode) throws(SystemCallError) -> LockMode? {
    var request = flock()
    request.l_type = mode.type
    request.l_whence = Int16(SEEK_SET)
    guard uninterrupted({ fcntl(descriptor, Self.getLock, &request) }) == 0 else {
      throw .last("fcntl")
    }
    switch request.l_type {
    case Int16(F_UNLCK): return nil
    case Int16(F_RDLCK): return .shared
    default: return .exclusive
    }
  }

  // F_OFD_SETLK and F_OFD_GETLK, which the header hides unless _GNU_SOURCE is defined.
  #if os(Linux)
    private static let setLock: Int32 = 37
    private static let getLock: Int32 = 36
  #else
    private static let setLock: Int32 = 90
    private static let getLock: Int32 = 92
  #endif
}
