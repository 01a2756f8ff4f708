import Checkpoints
import Foundation
import TensorCore
import TestFolders
import Testing

/// Multiplies one tensor of a checkpoint, in place.
func scale(_ name: String, by factor: Float, in file: URL) throws {
  var checkpoint = try SafeTensors.read(file)
  guard var tensor = checkpoint.tensors[name] else { return }
  tensor.values = tensor.values.map { $0 * factor }
  checkpoint.tensors[name] = tensor
  try SafeTensors.write(checkpoint.tensors, metadata: checkpoint.metadata, to: file)
}

/// The example of the module's landing page.
@Suite struct CatalogExampleTests {
  @Test func scalesOneTensor() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "weights.safetensors")
    try SafeTensors.write(
      [
        "fc.bias": HostTensor(shape: [2], values: [1, -3]),
        "fc.weight": HostTensor(shape: [2, 1], values: [5, 7]),
      ], metadata: ["epoch": "3"], to: file)
    try scale("fc.bias", by: 0.5, in: file)
    let read = try SafeTensors.read(file)
    #expect(read.tensors["fc.bias"]?.values == [0.5, -1.5])
    #expect(read.tensors["fc.weight"]?.values == [5, 7])
    #expect(read.metadata == ["epoch": "3"])
  }
}
