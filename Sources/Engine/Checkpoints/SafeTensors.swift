import DurableFiles
import Diagnostics
import Foundation
import TensorCore

/// Weights and training state on disk, in the format `safetensors`.
public enum SafeTensors {
  /// Reads a whole file; `SafeTensorsReader` reads a part.
  ///
  /// - Throws: `badData` for a file that breaks a rule of the format, has a value that float32 can't
  ///   hold, or carries a checksum and is not as it was written; `inputMissing` or `inputOutput` for
  ///   one that can't be read.
  public static func read(_ url: URL) throws -> SafeTensorsFile {
    let reader = try SafeTensorsReader(url)
    return SafeTensorsFile(tensors: try reader.allTensors(), metadata: reader.metadata)
  }

  /// Writes a file that appears whole or not at all: a temporary file beside it is written,
  /// fsynced and renamed, then the folder is fsynced.
  ///
  /// Equal content gives equal bytes: tensors are sorted by element type, widest and integer
  /// first, then by name, as the format's own library sorts them; metadata by key.
  ///
  /// - Parameters:
  ///   - metadata: a map of strings that travels in the header.
  ///   - isChecked: whether the file carries a checksum, which `read` compares: one more string in the
  ///     metadata, for other programs.
  ///   - elementType: float32 or int64 for a tensor's name; by default as in timm's checkpoints.
  /// - Throws: `cannotCreate` or `inputOutput` where the file can't be written; nothing is left of
  ///   it then.
  public static func write(
    _ tensors: NamedTensors, metadata: [String: String] = [:], to url: URL,
    isChecked: Bool = false, elementType: (String) -> ElementType = ElementType.usual(for:)
  ) throws {
    let writer = SafeTensorsWriter(
      tensors, metadata: metadata, isChecked: isChecked, elementType: elementType)
    try DurableFile.write(to: url) { file in
      try file.append(writer.prologue)
      for entry in writer.entries { try entry.withBytes { try file.append($0) } }
    }
  }
}

/// What a safetensors file holds, as float32.
public struct SafeTensorsFile: Sendable, Equatable {
  public var tensors: NamedTensors
  /// The header's `__metadata__`, without a checksum.
  public var metadata: [String: String]

  public init(tensors: NamedTensors, metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }
}
