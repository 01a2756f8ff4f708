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

  /// The header's `__metadata__`.
  public var metadata: [String: String] { header.metadata }

  /// The names of all tensors, in the order of their places in the file.
  public var names: [String] { header.entries.map(\.name) }

  /// Reads one tensor, converted to float32; `nil` where the file has none of that name.
  ///
  /// - Throws: `badData` for an integer that float32 can't hold exactly, or a boolean other than 0
  ///   and 1; `inputOutput` where the file can't be read.
  public func tensor(_ name: String) throws -> HostTensor? {
    guard let entry = entries[name] else { return nil }
    let start = dataStart + entry.range.lowerBound
    if entry.type == .float32 {
      let count = entry.shape.elementCount
      let values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        try file.read(
          at: start, into: UnsafeMutableRawBufferPointer(.init(rebasing: buffer.prefix(count))))
        initialized = count
      }
      return HostTensor(shape: entry.shape, values: values)
    }
    let bytes = try file.bytes(at: start, count: entry.range.count)
    do {
      return HostTensor(shape: entry.shape, values: try entry.decoded(bytes))
    } catch {
      throw error.located(at: file.url)
    }
  }

  /// Reads every tensor, in the order of their places in the file.
  ///
  /// - Throws: as `tensor(_:)`.
  public func allTensors() throws -> NamedTensors {
    var tensors = NamedTensors()
    for name in names { tensors[name] = try tensor(name) }
    return tensors
  }
}
