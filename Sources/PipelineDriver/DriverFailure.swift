import DurableFiles
import Diagnostics
import Foundation
import PipelineContract

/// Turns the error that ended a command into its line on standard error and its exit status.
public enum DriverFailure {
  /// `nil` for errors that are not ours, such as those of the argument parser.
  public static func describe(_ error: any Error) -> (line: String, status: ExitStatus)? {
    switch error {
    case let error as IchorError: ("ichor: error: \(error)", ExitStatus(error.kind))
    case let error as SystemCallError: ("ichor: error: \(error)", .inputOutput)
    case let error as CocoaError: ("ichor: error: \(error.localizedDescription)", .inputOutput)
    default: nil
    }
  }
}
