import Diagnostics
import Foundation
import OperatingSystem
import PipelineContract
import Testing

@Suite("Errors as exit statuses")
struct ProgramFailureTests {
  private struct Odd: Error, CustomStringConvertible {
    let description = "seven is not eight"
  }

  @Test("Every kind of IchorError has its sysexits number", arguments: IchorError.Kind.allCases)
  func kinds(kind: IchorError.Kind) {
    // The numbers of <sysexits.h>, by its names.
    let numbers: [IchorError.Kind: Int32] = [
      .usage: EX_USAGE, .badData: EX_DATAERR, .inputMissing: EX_NOINPUT,
      .internalFault: EX_SOFTWARE, .cannotCreate: EX_CANTCREAT, .inputOutput: EX_IOERR,
      .busy: EX_TEMPFAIL, .configuration: EX_CONFIG,
    ]
    let failure = ProgramFailure(IchorError(kind, code: "some-code", "Message", remedy: "Remedy."))
    #expect(failure.status.rawValue == numbers[kind])
    #expect(failure.message == "Message (some-code). Remedy.")
    #expect(failure.signal == nil)
  }

  @Test("Any other error is internal and keeps its text")
  func other() {
    let failure = ProgramFailure(Odd())
    #expect(failure.status == .internalFault)
    #expect(failure.message.contains("seven is not eight"))
    #expect(ProgramFailure(of: Odd()) == nil)
  }

  @Test("Errors of the file system that nobody caught have path, remedy and no dump")
  func files() throws {
    #expect(ProgramFailure(POSIXError(.ENOSPC)).status == .inputOutput)
    #expect(ProgramFailure(POSIXError(.EACCES)).status == .cannotCreate)
    #expect(ProgramFailure(CocoaError(.fileWriteOutOfSpace)).status == .inputOutput)
    #expect(ProgramFailure(CocoaError(.fileWriteNoPermission)).status == .cannotCreate)
    #expect(ProgramFailure(CocoaError(.fileReadNoPermission)).status == .inputMissing)
    let call = ProgramFailure(SystemCallError(call: "rename", number: EACCES))
    #expect(call.status == .cannotCreate && call.message.contains("rename: Permission denied"))
    // Real ones, as Foundation throws them.
    let file = URL(filePath: "/nowhere/at/all/file")
    let writing = try #require(
      #expect(throws: (any Error).self) { try Data("x".utf8).write(to: file) })
    let reading = try #require(#expect(throws: (any Error).self) { try Data(contentsOf: file) })
    #expect(ProgramFailure(writing).status == .cannotCreate)
    #expect(ProgramFailure(reading).status == .inputMissing)
    for error in [writing, reading] {
      let message = ProgramFailure(error).message
      #expect(message.contains("/nowhere/at/all") && message.contains("Check that"))
      #expect(!message.contains("Domain"))
    }
  }

  @Test("SIGINT is 130 and SIGTERM 143")
  func signals() {
    #expect(ProgramFailure(CancelledBySignal(signal: SIGINT)).status.rawValue == 130)
    let terminated = ProgramFailure(CancelledBySignal(signal: SIGTERM))
    #expect(terminated.status.rawValue == 143 && terminated.signal == SIGTERM)
    #expect(terminated.line(program: "ichor-x") == "ichor-x: \(terminated.message)")
    let error = ProgramFailure(IchorError(.busy, code: "c", "M", remedy: "R."))
    #expect(error.line(program: "ichor-x") == "ichor-x: error: M (c). R.")
  }
}
