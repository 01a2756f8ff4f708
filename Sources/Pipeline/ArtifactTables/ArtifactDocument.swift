import Foundation
import PipelineContract
import Vocabulary

/// A JSON file that one stage writes and another reads.
package protocol ArtifactDocument: Codable, Equatable, Sendable {
  /// What is impossible about its content, as half a sentence; `nil` where nothing is.
  var fault: String? { get }
}

extension ArtifactDocument {
  /// - Throws: `IchorError`: `.inputMissing` where there is no such file, `.badData` where it is not
  ///   the JSON of this document or contradicts itself.
  package static func read(from file: URL) throws -> Self {
    let document = try CanonicalJSON.read(Self.self, from: file)
    if let fault = document.fault {
      throw TableFault.error(
        "json-contradictory", "\(file.lastPathComponent) can't be right: \(fault)", at: file.path)
    }
    return document
  }

  /// - Throws: `IchorError`: `.cannotCreate` or `.inputOutput` where the file can't be written.
  package func write(to file: URL) throws { try CanonicalJSON.write(self, to: file) }
}

extension Dictionary where Key == String {
  /// A value for each label.
  ///
  /// - Parameter values: in contract order.
  init(labelled values: [Value]) {
    self.init(
      zip(Label.allCases, values).map { ($0.rawValue, $1) }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// Whether there is a value for each label and for nothing else.
  var hasEveryLabel: Bool { Set(keys) == Set(Label.allCases.map(\.rawValue)) }
}

extension Double {
  /// Whether it can be a probability or a share.
  var isShare: Bool { (0...1).contains(self) }
}
