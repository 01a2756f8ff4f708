import Diagnostics
import Foundation
import TensorCore

#if _endian(big)
  #error("safetensors data is little-endian and is read without swapping bytes")
#endif

/// An open safetensors file: the header is read and checked, tensors are read when asked for.
public final class SafeTensorsReader: Sendable {
  let header: SafeTensorsHeader
  private let file: ReadOnlyFile
  private let dataStart: Int
  private let entries: [String: SafeTensorsHeader.Entry]

  /// Opens a file and checks its header.
  ///
  /// - Throws: `badData` for a file that breaks a rule of the format, `inputMissing` or
  ///   `inputOutput` for one that can't be read.
  public init(_ url: URL) throws {
    file = try ReadOnlyFile(url)
    do {
      (header, dataStart) = try Self.header(of: file)
    } catch let fault as HeaderFault {
      throw fault.located(at: url)
    }
    entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
  }

  /// The checked header and the position where the data starts.
  private static func header(of file: ReadOnlyFile) throws -> (SafeTensorsHeader, dataStart: Int) {
    let prefix = 8
    guard file.size >= prefix else {
      throw HeaderFault(
        code: "safetensors-header-length",
        message: "A file of \(file.size) bytes can't hold the 8 bytes of the header's length")
    }
    let length = try file.bytes(at: 0, count: prefix).withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
    }
    guard length <= SafeTensorsHeader.longest, Int(length) <= file.size - prefix else {
      throw HeaderFault(
        code: "safetensors-header-length",
        message: "A header of \(length) bytes does not fit into a file of \(file.size) bytes")
    }
    let dataStart = prefix + Int(length)
    let json = try file.bytes(at: prefix, count: Int(length))
    let header = try SafeTensorsHeader(json: json, dataBytes: file.size - dataStart)
    return (header, dataStart)
  }

  /// The header's `__metadata__`, without a checksum.
  public var metadata: [String: String] { header.metadata.filter { $0.key != FileChecksum.key } }

  /// The names of all tensors, in the order of their places in the file.
  public var names: [String] { header.entries.map(\.name) }

  /// Reads one tensor, converted to float32; `nil` where the file has none of that name. A checksum
  /// of the file is not compared.
  ///
  /// - Throws: `badData` for an integer that float32 can't hold exactly, or a boolean other than 0
  ///   and 1; `inputOutput` where the file can't be read.
  public func tensor(_ name: String) throws -> HostTensor? {
    try entries[name].map { try tensor($0) { _ in } }
  }

  /// - Parameter seen: gets the bytes as they are in the file.
  private func tensor(
    _ entry: SafeTensorsHeader.Entry, _ seen: (UnsafeRawBufferPointer) -> Void
  ) throws -> HostTensor {
    let start = dataStart + entry.range.lowerBound
    if entry.type == .float32 {
      let count = entry.shape.elementCount
      let values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        let bytes = UnsafeMutableRawBufferPointer(.init(rebasing: buffer.prefix(count)))
        try file.read(at: start, into: bytes)
        seen(UnsafeRawBufferPointer(bytes))
        initialized = count
      }
      return HostTensor(shape: entry.shape, values: values)
    }
    let bytes = try file.bytes(at: start, count: entry.range.count)
    bytes.withUnsafeBytes(seen)
    do {
      return HostTensor(shape: entry.shape, values: try entry.decoded(bytes))
    } catch {
      throw error.located(at: file.url)
    }
  }

  /// Reads every tensor, in the order of their places in the file, and compares the checksum where
  /// the file has one.
  ///
  /// - Throws: as `tensor(_:)`; `badData` where the checksum is not that of the content.
  public func allTensors() throws -> NamedTensors {
    var checksum = FileChecksum(header.entries, metadata)
    var tensors = NamedTensors()
    for entry in header.entries { tensors[entry.name] = try tensor(entry) { checksum.add($0) } }
    if let wanted = header.metadata[FileChecksum.key], wanted != checksum.text {
      throw HeaderFault(
        code: "safetensors-checksum",
        message:
          "The file is damaged: it was written with the checksum \(wanted), and what it holds "
          + "has \(checksum.text)"
      ).located(at: file.url)
    }
    return tensors
  }
}
