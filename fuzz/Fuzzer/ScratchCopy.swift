import Foundation

/// A file without a name for readers that want a path; its content is replaced again and again.
final class ScratchCopy: Sendable {
  let url: URL
  private let descriptor: Int32

  init() {
    descriptor = memfd_create("ichor-fuzz", 0)
    precondition(descriptor >= 0, "the system gives memory for a file")
    url = URL(fileURLWithPath: "/proc/self/fd/\(descriptor)")
  }

  func replace(with bytes: UnsafeRawBufferPointer) {
    precondition(
      ftruncate(descriptor, 0) == 0
        && pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count,
      "the input fits into memory")
  }
}
