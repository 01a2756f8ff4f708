import Diagnostics
import Foundation
import OperatingSystem
import Testing

/// The map from the numbers of errno(3) to kinds of errors, and so to exit statuses, by the rule of
/// docs/exit-codes.md: 66 for input that is missing or may not be read, 73 for what cannot be created
/// (permission, read-only, name), 74 where the system failed at reading or writing.
@Suite struct ErrorNumberTests {
  @Test(arguments: [
    (ENOENT, IchorError.Kind.inputMissing, IchorError.Kind.cannotCreate),
    (ENOTDIR, .inputMissing, .cannotCreate), (EACCES, .inputMissing, .cannotCreate),
    (EPERM, .inputMissing, .cannotCreate), (EISDIR, .inputMissing, .cannotCreate),
    (ELOOP, .inputMissing, .cannotCreate), (ENAMETOOLONG, .inputMissing, .cannotCreate),
    (EROFS, .inputOutput, .cannotCreate), (EEXIST, .inputOutput, .cannotCreate),
    (ENOTEMPTY, .inputOutput, .cannotCreate), (EXDEV, .inputOutput, .cannotCreate),
    (ETXTBSY, .inputOutput, .cannotCreate),
    (ENOSPC, .inputOutput, .inputOutput), (EDQUOT, .inputOutput, .inputOutput),
    (EFBIG, .inputOutput, .inputOutput), (EIO, .inputOutput, .inputOutput),
    (EMFILE, .inputOutput, .inputOutput), (ENFILE, .inputOutput, .inputOutput),
    (ENOMEM, .inputOutput, .inputOutput), (ESTALE, .inputOutput, .inputOutput),
    (EINVAL, .inputOutput, .inputOutput), (0, .inputOutput, .inputOutput),
  ])
  func table(number: Int32, reading: IchorError.Kind, writing: IchorError.Kind) {
    #expect(IchorError.Kind(reading: number) == reading)
    #expect(IchorError.Kind(writing: number) == writing)
    let error = SystemCallError(call: "open", number: number)
    let read = IchorError(reading: "/the/path", error)
    let write = IchorError(writing: "/the/path", error)
    #expect(read.kind == reading && write.kind == writing)
    for text in [read.description, write.description] {
      #expect(text.contains("/the/path") && text.contains(error.reason))
    }
    #expect(read.remedy.hasSuffix(".") && write.remedy.hasSuffix("."))
  }

  /// Errors as Foundation throws them.
  private func thrown(_ body: () throws -> Void) throws -> any Error {
    try #require(#expect(throws: (any Error).self) { try body() })
  }

  @Test func errorsOfFoundationHaveNumbersAndNoDump() throws {
    let nowhere = URL(filePath: "/nowhere/at/all")
    let reading = try thrown { _ = try Data(contentsOf: nowhere) }
    let writing = try thrown { try Data("x".utf8).write(to: nowhere) }
    let making = try thrown {
      try FileManager.default.createDirectory(at: nowhere, withIntermediateDirectories: false)
    }
    let handle = try thrown { _ = try FileHandle(forReadingFrom: nowhere) }
    let exists = try thrown {
      try FileManager.default.createDirectory(
        at: URL(filePath: "/tmp"), withIntermediateDirectories: false)
    }
    let full = try thrown {
      try FileHandle(forWritingTo: URL(filePath: "/dev/full")).write(contentsOf: Data("x".utf8))
    }
    for error in [reading, writing, making, handle] {
      #expect(SystemErrors.number(of: error) == ENOENT)
    }
    #expect(SystemErrors.number(of: exists) == EEXIST)
    #expect(SystemErrors.number(of: full) == ENOSPC)
    #expect(SystemErrors.number(of: CocoaError(.fileWriteNoPermission)) == EACCES)
    #expect(SystemErrors.number(of: CocoaError(.fileWriteOutOfSpace)) == ENOSPC)
    #expect(SystemErrors.number(of: POSIXError(.EROFS)) == EROFS)
    #expect(SystemErrors.number(of: IchorError(.busy, code: "c", "m", remedy: "R.")) == nil)
    for error in [reading, writing, making, handle, exists, full] {
      let text = IchorError(.busy, code: "c", "M", remedy: "R.", cause: error).description
      #expect(!text.contains("Domain") && !text.contains("Code="), "\(text)")
    }
    #expect(IchorError(writing: "f", full).cause == "No space left on device")
  }
}
