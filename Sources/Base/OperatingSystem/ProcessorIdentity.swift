import Foundation

/// Which processor this is, in enough detail that what was measured on another one is not taken for its own.
///
/// A name alone is not: virtual machines call several generations `AMD EPYC`, and may hide some of their
/// instructions.
package struct ProcessorIdentity: Hashable, Sendable, Codable {
  /// As the system calls it, with its family, model and stepping where there are such.
  package let name: String
  /// The instructions that it has, as the system lists them.
  package let features: String

  package static let current = ProcessorIdentity(
    information: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")

  /// - Parameter information: the text of `/proc/cpuinfo`; the first processor counts.
  init(information: String) {
    var values: [String: String] = [:]
    for line in information.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty, !values.isEmpty { break }
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    let numbers = ["cpu family", "model", "stepping"].compactMap { key in
      values[key].map { "\(key) \($0)" }
    }
    name = ([values["model name"] ?? values["CPU part"] ?? "unknown"] + numbers)
      .joined(separator: ", ")
    features = values["flags"] ?? values["Features"] ?? ""
  }
}
