import DurableFiles
import Diagnostics
import Foundation
import PipelineContract

/// How a stage ended that did not finish: its exit status and the one line that says why.
struct StageFailure: Equatable {
  let status: ExitStatus
  let message: String
  /// The signal that asked for the end, `nil` where none did.
  let signal: Int32?

  /// Whether something went wrong; otherwise the work was stopped, and is kept.
  var isError: Bool { !status.keepsWork }

  /// Any error of a library, as the contract's exit status.
  init(_ error: any Error) {
    switch error {
    case let stop as CancelledBySignal:
      status = ExitStatus(signal: stop.signal)
      signal = stop.signal
      message =
        "stopped by \(stop.signal == SIGINT ? "SIGINT" : "SIGTERM"); work done so far is kept"
    case let stop as StoppedAsConfigured:
      // Scripts learn that the artifact is not there yet, as after SIGTERM.
      status = .terminated
      signal = nil
      message = stop.message
    case let known as IchorError:
      status = ExitStatus(known.kind)
      signal = nil
      message = known.description
    case let call as SystemCallError:
      status = Self.status(of: call.number)
      signal = nil
      message = "\(call)"
    default:
      signal = nil
      let bridged = error as NSError
      if let posix = error as? POSIXError {
        status = Self.status(of: posix.code.rawValue)
        message = "\(posix.localizedDescription) (POSIX error \(posix.code.rawValue))"
      } else if let cocoa = error as? CocoaError {
        status = Self.status(of: cocoa)
        let path = cocoa.filePath.map { "\($0): " } ?? ""
        message = "\(path)\(cocoa.localizedDescription) (file error \(cocoa.code.rawValue))"
      } else {
        status = .internalFault
        message =
          "\(error) (internal, \(bridged.domain) \(bridged.code)). Please report it with log.jsonl"
      }
    }
  }

  /// `EX_CANTCREAT` where something could not be made, `EX_IOERR` otherwise.
  private static func status(of number: Int32) -> ExitStatus {
    switch number {
    case EACCES, EPERM, EROFS, EEXIST, ENOTDIR, EISDIR, ENAMETOOLONG, ENOENT: .cannotCreate
    default: .inputOutput
    }
  }

  private static func status(of error: CocoaError) -> ExitStatus {
    switch error.code {
    case .fileWriteNoPermission, .fileWriteInvalidFileName, .fileWriteFileExists,
      .fileWriteVolumeReadOnly, .fileWriteUnsupportedScheme, .fileNoSuchFile:
      .cannotCreate
    default: .inputOutput
    }
  }
}
