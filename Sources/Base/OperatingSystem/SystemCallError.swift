import Foundation

/// What a system call said when it failed.
package struct SystemCallError: Error, CustomStringConvertible {
  package let call: String
  package let number: Int32

  package init(call: String, number: Int32) {
    self.call = call
    self.number = number
  }

  /// The error that `errno` holds now.
  package static func last(_ call: String) -> SystemCallError {
    SystemCallError(call: call, number: errno)
  }

  /// What the system calls the error, such as `Permission denied`.
  package var reason: String { String(cString: strerror(number)) }

  package var description: String { "\(call): \(reason)" }
}

/// Makes a system call again for as long as signals interrupt it.
package func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
