import Checkpoints
import Diagnostics
import Foundation
import TensorCore

/// Any bytes become tensors that fill their shapes, or an error.
enum SafetensorsCheck {
  private static let scratch = ScratchCopy()

  static var seeds: [[UInt8]] {
    get throws {
      let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
      defer { try? FileManager.default.removeItem(at: url) }
      try SafeTensors.write(
        [
          "conv.weight": HostTensor(shape: [2, 1, 1, 3], values: [0, 1, -2, 0.5, 1e9, -0]),
          "bn.num_batches_tracked": HostTensor(scalar: 7), "empty": HostTensor(shape: [0, 3]),
        ],
        metadata: ["step": "1\n\"2\""], to: url)
      var kinds: [[UInt8]] = [[UInt8](try Data(contentsOf: url))]
      for type in ElementType.allCases {
        let json =
          #"{"t":{"dtype":"\#(type.rawValue)","shape":[2],"data_offsets":"#
          + "[0,\(2 * type.byteWidth)]}}"
        kinds.append(
          withUnsafeBytes(of: UInt64(json.utf8.count).littleEndian, Array.init) + json.utf8
            + [UInt8](repeating: 1, count: 2 * type.byteWidth))
      }
      return kinds
    }
  }

  static func run(_ bytes: UnsafeRawBufferPointer) {
    scratch.replace(with: bytes)
    do {
      let reader = try SafeTensorsReader(scratch.url)
      for name in reader.names {
        guard let tensor = try reader.tensor(name) else {
          preconditionFailure("a tensor that has a name is there")
        }
        precondition(tensor.values.count == tensor.shape.elementCount)
      }
    } catch {
      precondition((error as? IchorError)?.message.isEmpty == false, "\(error)")
    }
  }
}
