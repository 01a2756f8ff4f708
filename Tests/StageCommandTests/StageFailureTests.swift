import Diagnostics
import Foundation
import PipelineContract
import Testing

@testable import StageCommand

@Suite("Errors as exit statuses")
struct StageFailureTests {
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
    let failure = StageFailure(IchorError(kind, code: "some-code", "Message", remedy: "Remedy"))
    #expect(failure.status.rawValue == numbers[kind])
    #expect(failure.message == "Message (some-code). Remedy")
    #expect(failure.signal == nil)
  }

  @Test("Any other error is internal and keeps its text")
  func other() {
    let failure = StageFailure(Odd())
    #expect(failure.status == .internalFault)
    #expect(failure.message.contains("seven is not eight"))
  }

  @Test("Errors of the file system tell creating from reading and writing")
  func files() throws {
    #expect(StageFailure(POSIXError(.ENOSPC)).status == .inputOutput)
    #expect(StageFailure(POSIXError(.EACCES)).status == .cannotCreate)
    #expect(StageFailure(CocoaError(.fileWriteOutOfSpace)).status == .inputOutput)
    #expect(StageFailure(CocoaError(.fileWriteNoPermission)).status == .cannotCreate)
    // A real one, as Foundation throws it.
    let file = URL(filePath: "/nowhere/at/all/file")
    let error = #expect(throws: (any Error).self) { try Data("x".utf8).write(to: file) }
    #expect(StageFailure(try #require(error)).status == .cannotCreate)
    #expect(StageFailure(try #require(error)).message.contains("/nowhere/at/all"))
  }

  @Test("SIGINT is 130 and SIGTERM 143")
  func signals() {
    #expect(StageFailure(CancelledBySignal(signal: SIGINT)).status.rawValue == 130)
    let terminated = StageFailure(CancelledBySignal(signal: SIGTERM))
    #expect(terminated.status.rawValue == 143 && terminated.signal == SIGTERM)
  }
}
