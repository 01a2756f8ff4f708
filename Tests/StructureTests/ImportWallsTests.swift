import Testing

@Suite("Walls of the architecture")
struct ImportWallsTests {
  @Test("No file of the repository breaks a wall")
  func repository() throws {
    let tree = try SourceTree.repositoryFiles.get()
    #expect(tree.files.count > 20, "the repository was not found")
    #expect(ImportWalls.violations(in: tree) == [])
  }

  @Test(
    "A planted import is found",
    arguments: [
      ("Sources/Models/ResNet.swift", "import PipelineContract"),
      ("Sources/Training/Loop.swift", "@testable import PipelineConfiguration"),
      ("Sources/Training/Loop.swift", "import OneDNNBackend"),
      ("Sources/Models/ResNet.swift", "public import OpenBLASBackend"),
      ("Sources/NetworkStages/Train.swift", "import OneDNNBackend"),
      ("Sources/TensorCore/Tensor.swift", "import struct PipelineContract.Manifest"),
      ("Sources/OpenBLASBackend/Gemm.swift", "import COneDNN"),
      ("Sources/OneDNNBackend/Convolution.swift", "import COpenBLAS"),
      ("stages/train/IchorTrain.swift", "import COneDNN"),
      ("Sources/Conversion/Shard.swift", "  import CPNG"),
      ("Sources/StageCommand/Run.swift", "import PipelineDriver"),
    ])
  func planted(path: String, line: String) {
    let tree = SourceTree([path: "/// A file.\n\(line)\nlet value = 1\n"])
    let violations = ImportWalls.violations(in: tree)
    #expect(violations.count == 1)
    #expect(violations.first?.place == "\(path):2")
  }

  @Test(
    "An import in its place passes",
    arguments: [
      ("stages/train/IchorTrain.swift", "import OneDNNBackend"),
      ("Sources/ichor-probe/Forward.swift", "import OpenBLASBackend"),
      ("Sources/OneDNNBackend/Engine.swift", "import COneDNN"),
      ("Sources/NetworkStages/Train.swift", "import PipelineContract"),
      ("Tests/BackendConformanceTests/ReLUTests.swift", "import OneDNNBackend"),
      ("Sources/Models/ResNet.swift", "// Never import PipelineContract here."),
    ])
  func allowed(path: String, line: String) {
    #expect(ImportWalls.violations(in: SourceTree([path: line])) == [])
  }
}
