import COneDNN
import Diagnostics

/// Turns a status of the library into an error; the one place that does.
func check(_ status: Int32, _ doing: @autoclosure () -> String) throws {
  guard status != 0 else { return }
  throw IchorError(
    .internalFault, code: "onednn-failed",
    "oneDNN \(version) could not \(doing()): \(String(cString: ichor_dnnl_status_text(status)))",
    remedy: "Try compute.precision: f32, or compute.backend: openblas, and report the message.")
}

/// The version of the loaded library, such as `2.6.3`.
var version: String {
  let number = ichor_dnnl_version()
  return "\(number / 10000).\(number / 100 % 100).\(number % 100)"
}
