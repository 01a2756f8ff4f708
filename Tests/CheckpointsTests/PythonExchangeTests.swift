import Diagnostics
import Foundation
import TensorCore
import TestFolders
import Testing

@testable import Checkpoints

/// Files that Python's safetensors 0.8.0 (with torch 2.13.0) made, in Base64.
@Suite struct PythonExchangeTests {
  /// 0.1 as float64 in `everyType` becomes 1e300: `struct.pack("<d", 1e300)`.
  @Test func aNumberThatFloat32CannotHoldNamesItsTensor() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("t.safetensors")
    var data = try #require(Data(base64Encoded: Self.everyType))
    let tenth = Data([0x9A] + [UInt8](repeating: 0x99, count: 5) + [0xB9, 0x3F])
    let place = try #require(data.range(of: tenth))
    data.replaceSubrange(place, with: [0x9C, 0x75, 0x00, 0x88, 0x3C, 0xE4, 0x37, 0x7E])
    try data.write(to: file)
    let error = #expect(throws: IchorError.self) { try SafeTensors.read(file) }
    #expect(error?.kind == .badData && error?.code == "safetensors-value")
    #expect(error?.message.contains("“double”: float32 can't hold 1e+300") == true)
  }

  /// safetensors.torch.save({
  ///   "half": torch.tensor([1.5, -2.25], dtype=torch.float16),
  ///   "brain": torch.tensor([[3.140625], [-0.5]], dtype=torch.bfloat16),
  ///   "double": torch.tensor(0.1, dtype=torch.float64),
  ///   "bn.num_batches_tracked": torch.tensor(7), "mask": torch.tensor([True, False]),
  ///   "u8": torch.tensor([255], dtype=torch.uint8),
  ///   "i32": torch.tensor([-5], dtype=torch.int32),
  ///   "w": torch.arange(6, dtype=torch.float32).reshape(2, 3), "empty": torch.zeros(0, 3)},
  ///   {"quote": 'a"b\\é\n\x01'})
  static let everyType = """
    UAIAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJxdW90ZSI6ImFcImJcXMOpXG5cdTAwMDEifSwiYm4ubnVtX2JhdGNoZXNf\
    dHJhY2tlZCI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImRvdWJsZSI6eyJk\
    dHlwZSI6IkY2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbOCwxNl19LCJlbXB0eSI6eyJkdHlwZSI6IkYzMiIs\
    InNoYXBlIjpbMCwzXSwiZGF0YV9vZmZzZXRzIjpbMTYsMTZdfSwidyI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwz\
    XSwiZGF0YV9vZmZzZXRzIjpbMTYsNDBdfSwiaTMyIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZz\
    ZXRzIjpbNDAsNDRdfSwiYnJhaW4iOnsiZHR5cGUiOiJCRjE2Iiwic2hhcGUiOlsyLDFdLCJkYXRhX29mZnNldHMiOls0\
    NCw0OF19LCJoYWxmIjp7ImR0eXBlIjoiRjE2Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNDgsNTJdfSwidTgi\
    OnsiZHR5cGUiOiJVOCIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzUyLDUzXX0sIm1hc2siOnsiZHR5cGUiOiJC\
    T09MIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNTMsNTVdfX0gICAgICAgBwAAAAAAAACamZmZmZm5PwAAAAAA\
    AIA/AAAAQAAAQEAAAIBAAACgQPv///9JQAC/AD6AwP8BAA==
    """

  /// safetensors.torch.save({
  ///   "b.weight": torch.tensor([[1.0, -2.0, 0.5]]), "a.bias": torch.tensor([0.1]),
  ///   "bn.num_batches_tracked": torch.tensor(7), "B": torch.tensor(3.0)},
  ///   {"quote": 'a"b\\é\n\x01'})
  static let timmLike = """
    KAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJxdW90ZSI6ImFcImJcXMOpXG5cdTAwMDEifSwiYm4ubnVtX2JhdGNoZXNf\
    dHJhY2tlZCI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sIkIiOnsiZHR5cGUi\
    OiJGMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzgsMTJdfSwiYS5iaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hh\
    cGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMTIsMTZdfSwiYi53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzEs\
    M10sImRhdGFfb2Zmc2V0cyI6WzE2LDI4XX19IAcAAAAAAAAAAABAQM3MzD0AAIA/AAAAwAAAAD8=
    """

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func readsEveryElementTypeOfPython() throws {
    let bytes = try #require(Data(base64Encoded: Self.everyType))
    let file = try SafeTensors.read(folder.write(bytes))
    #expect(file.metadata == ["quote": "a\"b\\é\n\u{1}"])
    let expected: NamedTensors = [
      "bn.num_batches_tracked": HostTensor(scalar: 7), "double": HostTensor(scalar: 0.1),
      "empty": HostTensor(shape: [0, 3], values: []),
      "w": HostTensor(shape: [2, 3], values: [0, 1, 2, 3, 4, 5]),
      "i32": HostTensor(shape: [1], values: [-5]),
      "brain": HostTensor(shape: [2, 1], values: [3.140625, -0.5]),
      "half": HostTensor(shape: [2], values: [1.5, -2.25]),
      "u8": HostTensor(shape: [1], values: [255]), "mask": HostTensor(shape: [2], values: [1, 0]),
    ]
    #expect(file.tensors == expected)
  }

  @Test func writesTheBytesThatPythonWrites() throws {
    let tensors: NamedTensors = [
      "b.weight": HostTensor(shape: [1, 3], values: [1, -2, 0.5]),
      "a.bias": HostTensor(shape: [1], values: [0.1]),
      "bn.num_batches_tracked": HostTensor(scalar: 7), "B": HostTensor(scalar: 3),
    ]
    let url = folder.url.appending(path: "timm.safetensors")
    try SafeTensors.write(tensors, metadata: ["quote": "a\"b\\é\n\u{1}"], to: url)
    #expect(try Data(contentsOf: url) == Data(base64Encoded: Self.timmLike))
    #expect(folder.contents == ["timm.safetensors"])
  }

  @Test func readsBackWhatItWrote() throws {
    let tensors: NamedTensors = [
      "a": HostTensor(shape: [2, 2], values: [.infinity, -0.0, .leastNonzeroMagnitude, 1e38]),
      "b.num_batches_tracked": HostTensor(scalar: 16_777_216), "é/🧠": HostTensor(shape: [0]),
    ]
    let metadata = ["step": "12", "epoch": "3", "": "\u{7f}\t🧠"]
    let url = folder.url.appending(path: "own.safetensors")
    try SafeTensors.write(tensors, metadata: metadata, to: url)
    let file = try SafeTensors.read(url)
    #expect(file.metadata == metadata)
    #expect(file.tensors.names == ["b.num_batches_tracked", "a", "é/🧠"])
    for (name, tensor) in tensors { #expect(file.tensors[name] == tensor) }
    let reader = try SafeTensorsReader(url)
    #expect(reader.header.entries.map(\.type) == [.int64, .float32, .float32])
    #expect(try reader.tensor("a") == tensors["a"])
    #expect(try reader.tensor("absent") == nil)
  }

  @Test func aMismatchNamesTheTensorAndBothShapes() throws {
    let url = URL(filePath: "/weights.safetensors")
    let tensors: NamedTensors = [
      "conv1.weight": HostTensor(shape: [8, 3, 7, 7]), "extra": HostTensor(scalar: 1),
    ]
    try tensors.requireMatch(tensors.map { ($0.name, $0.tensor.shape) }, file: url)
    let error = #expect(throws: IchorError.self) {
      try tensors.requireMatch([("conv1.weight", [8, 1, 7, 7]), ("fc.bias", [6])], file: url)
    }
    let message = try #require(error).message
    #expect(message.contains("“conv1.weight” is [8, 3, 7, 7], the model takes [8, 1, 7, 7]"))
    #expect(message.contains("“fc.bias” [6] is missing"))
    #expect(message.contains("“extra” is not in the model"))
  }
}
