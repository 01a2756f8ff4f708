import TensorCore

/// What a safetensors header says: where each tensor lies, and a map of strings.
///
/// Format: 8 bytes little-endian length of the header, the header as JSON, the data. The tensors'
/// bytes fill the data without gap or overlap.
struct SafeTensorsHeader: Sendable {
  /// One tensor's place.
  struct Entry: Sendable, Equatable {
    let name: String
    let type: ElementType
    let shape: Shape
    /// Bytes, counted from the start of the data.
    let range: Range<Int>
  }

  /// The tensors, in the order of their places in the data.
  let entries: [Entry]
  /// The header's `__metadata__`.
  let metadata: [String: String]

  /// The reserved key of the map of strings.
  static let metadataKey = "__metadata__"
  /// The longest header allowed, as in the format's own library.
  static let longest = 100_000_000

  /// Parses the header's JSON and compares it with the number of data bytes that follow it.
  init(json: [UInt8], dataBytes: Int) throws(HeaderFault) {
    guard json.first == UInt8(ascii: "{") else {
      throw HeaderFault(
        code: "safetensors-header-json", message: "The header does not begin with “{”")
    }
    var scanner = HeaderScanner(json)
    var entries: [Entry] = []
    var names: Set<String> = []
    var metadata: [String: String] = [:]
    try scanner.object { (scanner, name) throws(HeaderFault) in
      guard names.insert(name).inserted else {
        throw HeaderFault(
          code: "safetensors-duplicate-name", message: "The name “\(name)” occurs twice")
      }
      if name == Self.metadataKey {
        metadata = try Self.metadata(from: &scanner)
      } else {
        entries.append(try Self.entry(name, from: &scanner))
      }
    }
    try scanner.expectEnd()
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    try Self.checkCover(entries, dataBytes: dataBytes)
    self.entries = entries
    self.metadata = metadata
  }

  private static func metadata(
    from scanner: inout HeaderScanner
  ) throws(HeaderFault) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.object { (scanner, key) throws(HeaderFault) in
      let value = try scanner.string()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw HeaderFault(
          code: "safetensors-duplicate-name", message: "The metadata has the key “\(key)” twice")
      }
    }
    return metadata
  }

  private static func entry(
    _ name: String, from scanner: inout HeaderScanner
  ) throws(HeaderFault) -> Entry {
    var type: String?
    var dims: [Int]?
    var offsets: [Int]?
    try scanner.object { (scanner, key) throws(HeaderFault) in
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where dims == nil: dims = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      default:
        throw HeaderFault(
          code: "safetensors-entry", message: "Tensor “\(name)”: “\(key)” is unknown or given twice"
        )
      }
    }
    guard let type, let dims, let offsets else {
      throw HeaderFault(
        code: "safetensors-entry",
        message: "Tensor “\(name)” lacks dtype, shape or data_offsets")
    }
    guard let elementType = ElementType(rawValue: type) else {
      throw HeaderFault(
        code: "safetensors-dtype", message: "Tensor “\(name)”: dtype “\(type)” is not supported")
    }
    guard let shape = Shape(checking: dims) else {
      throw HeaderFault(
        code: "safetensors-shape", message: "Tensor “\(name)”: its shape overflows 64 bits")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw HeaderFault(
        code: "safetensors-offsets",
        message: "Tensor “\(name)”: data_offsets are not a beginning and an end")
    }
    let (bytes, overflow) = shape.elementCount.multipliedReportingOverflow(
      by: elementType.byteWidth)
    guard !overflow, bytes == offsets[1] - offsets[0] else {
      throw HeaderFault(
        code: "safetensors-size",
        message: "Tensor “\(name)”: \(type) of shape \(shape) does not take the "
          + "\(offsets[1] - offsets[0]) bytes of its data_offsets")
    }
    return Entry(
      name: name, type: elementType, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// Tensors, sorted by place, must fill the data without gap or overlap.
  private static func checkCover(_ entries: [Entry], dataBytes: Int) throws(HeaderFault) {
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw HeaderFault(
          code: "safetensors-offsets",
          message: "Tensor “\(entry.name)” starts at byte \(entry.range.lowerBound) of the data, "
            + "where \(end) would \(entry.range.lowerBound < end ? "not overlap" : "leave no gap")")
      }
      end = entry.range.upperBound
    }
    guard end == dataBytes else {
      throw HeaderFault(
        code: "safetensors-data-size",
        message: "The header's tensors take \(end) bytes of data, the file has \(dataBytes)")
    }
  }
}
