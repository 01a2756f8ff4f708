import ComputeGraph
import Models
import Testing
import Vocabulary

/// Names and shapes are those of timm's state dict, which the fixtures hold.
@Suite struct StateDictionaryTests {
  @Test(arguments: ModelCase.all)
  func namesAndShapesAreTimms(_ model: ModelCase) throws {
    let fixture = try model.fixture()
    let entries = try model.graph(fixture).stateShapes
    #expect(Set(entries.map(\.name)).count == entries.count)
    for entry in entries {
      #expect(fixture.shapes[entry.name] == entry.shape.dims, "\(entry.name)")
    }
    let missing = Set(fixture.shapes.keys).subtracting(entries.map(\.name))
    #expect(missing.isEmpty)
  }

  @Test(arguments: ModelCase.all)
  func stemAndHeadTellChannelsAndClasses(_ model: ModelCase) throws {
    let shapes = try model.fixture().shapes
    #expect(shapes[model.architecture.stemName]?[1] == model.channels)
    #expect(shapes[model.architecture.headName]?[0] == 6)
  }

  /// `sum(p.numel() for p in timm.create_model(name).parameters())`, timm 1.0.31.
  @Test(
    arguments: zip(
      Architecture.allCases, [11_689_512, 25_557_032, 7_978_856, 37_668_392]))
  func parametersOfTheImageNetModel(_ architecture: Architecture, expected: Int) throws {
    let graph = try architecture.graph(channels: 3, height: 224, width: 224, classes: 1000)
    let trained = graph.parameters.filter(\.isTrainable)
    #expect(trained.reduce(0) { $0 + $1.shape.elementCount } == expected)
  }
}
