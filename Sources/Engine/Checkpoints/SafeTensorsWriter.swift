import TensorCore

/// Lays out a safetensors file: the order of its tensors, its header, each tensor's bytes.
struct SafeTensorsWriter {
  struct Entry {
    let name: String
    let type: ElementType
    let tensor: HostTensor

    var byteCount: Int { tensor.shape.elementCount * type.byteWidth }

    /// Lends the tensor's little-endian bytes.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
      guard type == .int64 else { return try tensor.values.withUnsafeBytes(body) }
      return try tensor.values.map { SafeTensorsWriter.integer($0).littleEndian }
        .withUnsafeBytes(body)
    }
  }

  /// In the order of the data.
  let entries: [Entry]
  /// The header's length and the header.
  let prologue: [UInt8]

  /// - Parameter isChecked: whether the metadata gets the checksum that `FileChecksum` describes.
  init(
    _ tensors: NamedTensors, metadata: [String: String], isChecked: Bool,
    elementType: (String) -> ElementType
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
    var offset = 0
    let places = entries.map { entry in
      defer { offset += entry.byteCount }
      return SafeTensorsHeader.Entry(
        name: entry.name, type: entry.type, shape: entry.tensor.shape,
        range: offset..<offset + entry.byteCount)
    }
    // One that a file had when it was read says nothing about this one.
    var metadata = metadata.filter { $0.key != FileChecksum.key }
    if isChecked {
      var checksum = FileChecksum(places, metadata)
      for entry in entries { entry.withBytes { checksum.add($0) } }
      metadata[FileChecksum.key] = checksum.text
    }
    var json = SafeTensorsHeader.json(places, metadata)
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    prologue = withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
  }

  /// An int64 of a value that must be one, such as a counter.
  private static func integer(_ value: Float) -> Int64 {
    guard let integer = Int64(exactly: value) else {
      preconditionFailure("\(value) is to be stored as int64 but is not an integer")
    }
    return integer
  }
}
