import Diagnostics
import DurableFiles
import Foundation

/// Turns the error that ended a program into its line on standard error and its exit status.
package enum ProgramFailure {
  /// `nil` for errors that are not ours, such as those of the argument parser.
  package static func describe(
    _ error: any Error, program: String
  ) -> (line: String, status: ExitStatus)? {
    switch error {
    case let error as IchorError: ("\(program): error: \(error)", ExitStatus(error.kind))
    case let error as SystemCallError: ("\(program): error: \(error)", .inputOutput)
    case let error as CocoaError:
      ("\(program): error: \(error.localizedDescription)", .inputOutput)
    default: nil
    }
  }
}
