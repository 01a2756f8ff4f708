import Diagnostics
import Foundation

/// A broken rule of the safetensors format, before the file's name is known.
struct HeaderFault: Error, Equatable {
  /// Kebab-case name of the rule.
  let code: String
  let message: String

  /// The error that a user meets.
  func located(at url: URL) -> IchorError {
    IchorError(
      .badData, code: code, message,
      remedy: "Write the file again with a safetensors library, or fetch it again.",
      at: url.path(percentEncoded: false))
  }
}
