import Foundation

/// A safetensors file taken apart without the code under test: tensors as bytes, in their order.
struct WeightsFile {
  private(set) var names: [String] = []
  private var tensors: [String: (type: String, shape: [Int], bytes: Data)] = [:]

  /// - Throws: `CocoaError` where the header is no JSON.
  init(_ data: Data) throws {
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let begin = data.startIndex + 8 + length
    let header = try JSONSerialization.jsonObject(with: data[data.startIndex + 8..<begin])
    var places: [(begin: Int, name: String)] = []
    for case (let name, let entry as [String: Any]) in header as? [String: Any] ?? [:] {
      guard let type = entry["dtype"] as? String, let shape = entry["shape"] as? [Int],
        let ends = entry["data_offsets"] as? [Int]
      else { continue }
      tensors[name] = (type, shape, Data(data[begin + ends[0]..<begin + ends[1]]))
      places.append((ends[0], name))
    }
    names = places.sorted { ($0.begin, $0.name) < ($1.begin, $1.name) }.map(\.name)
  }

  /// A tensor's bytes, as many as before; `nil` removes it.
  subscript(name: String) -> Data? {
    get { tensors[name]?.bytes }
    set {
      if let newValue {
        tensors[name]?.bytes = newValue
      } else {
        tensors[name] = nil
        names.removeAll { $0 == name }
      }
    }
  }

  /// The file, without metadata and so without a checksum.
  var data: Data {
    var (members, offset, body): ([String], Int, Data) = ([], 0, Data())
    for name in names {
      guard let (type, shape, bytes) = tensors[name] else { continue }
      members.append(
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),"
          + "\"data_offsets\":[\(offset),\(offset + bytes.count)]}")
      offset += bytes.count
      body += bytes
    }
    let header = Data("{\(members.joined(separator: ","))}".utf8)
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header + body
  }
}
