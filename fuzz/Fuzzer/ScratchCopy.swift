import Foundation

/// A file without a name for readers that want a path; its content is replaced again and again.
final class ScratchCopy: Sendable {
  let url: URL
  private let descriptor: Int32

  init() {
    let file = tmpfile()
    precondition(file != nil, "the system gives a file without a name")
    descriptor = fileno(file)
    url = URL(fileURLWithPath: "/proc/self/fd/\(descriptor)")
  }

  func replace(with bytes: UnsafeRawBufferPointer) {
    precondition(
      ftruncate(descriptor, 0) == 0
        && pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count,
      "the input fits into memory")
  }
}
