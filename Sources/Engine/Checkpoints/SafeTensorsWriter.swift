import TensorCore

/// Lays out a safetensors file: the order of its tensors, its header, each tensor's bytes.
struct SafeTensorsWriter {
  struct Entry {
    let name: String
    let type: ElementType
    let tensor: HostTensor

    var byteCount: Int { tensor.shape.elementCount * type.byteWidth }

    /// The tensor's little-endian bytes.
    var bytes: [UInt8] {
      switch type {
      case .int64:
        tensor.values.flatMap { value in
          withUnsafeBytes(of: SafeTensorsWriter.integer(value).littleEndian, Array.init)
        }
      default: tensor.values.withUnsafeBytes(Array.init)
      }
    }
  }

  /// In the order of the data.
  let entries: [Entry]
  private let metadata: [String: String]

  init(
    _ tensors: NamedTensors, metadata: [String: String], elementType: (String) -> ElementType
  ) {
    precondition(
      tensors[SafeTensorsHeader.metadataKey] == nil, "the format reserves the name __metadata__")
    let unsorted = tensors.map { name, tensor in
      let type = elementType(name)
      precondition(
        type == .float32 || type == .int64, "only float32 and int64 are written, not \(type)")
      return Entry(name: name, type: type, tensor: tensor)
    }
    entries = unsorted.sorted { first, second in
      first.type.rank == second.type.rank
        ? first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
        : first.type.rank > second.type.rank
    }
    self.metadata = metadata
  }

  /// The header's length and the header, padded with spaces so that the data is 8-byte aligned.
  var prologue: [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      members.append(
        "\(Self.quoted(SafeTensorsHeader.metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let dims = entry.tensor.shape.dims.map(String.init).joined(separator: ",")
      let end = offset + entry.byteCount
      members.append(
        "\(Self.quoted(entry.name)):{\"dtype\":\"\(entry.type.rawValue)\","
          + "\"shape\":[\(dims)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
  }

  /// An int64 of a value that must be one, such as a counter.
  private static func integer(_ value: Float) -> Int64 {
    guard let integer = Int64(exactly: value) else {
      preconditionFailure("\(value) is to be stored as int64 but is not an integer")
    }
    return integer
  }

  /// A JSON string; only what JSON demands is escaped.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\0"..<" ":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
