import Foundation
import PipelineConfiguration
import Testing

/// The files of `recipes/`.
@Suite struct RecipeTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("recipes")

  private func load(_ name: String) throws -> Configuration {
    try Configuration.load(file: Self.folder.appendingPathComponent(name))
  }

  @Test func everyRecipeLoads() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(names.count >= 3)
    for name in names {
      let recipe = try load(name)
      #expect(recipe.merge.models == recipe.trainOrder, "\(name)")
      for instance in recipe.instances { _ = try recipe.parameters(for: instance) }
    }
  }

  /// FIELD-NOTES 1: the numbers of the report.
  @Test func theReportsRecipeIsTheReports() throws {
    let recipe = try load("report2019.yaml")
    #expect(recipe.split.redrawEachEpoch && recipe.split.folds == 5)
    #expect(recipe.merge.weights == .rule(.inverseLoss) && !recipe.predict.correctPrior)
    #expect(recipe.trainOrder == ["resnet50", "dpn92"])
    for name in recipe.trainOrder {
      let network = try #require(recipe.train[name])
      #expect(network.size == 224 && network.batch == 25 && network.stepsPerEpoch == 10_000)
      #expect(network.phases.map(\.optimizer) == [.sgd, .rmsprop])
      #expect(network.totalEpochs == 20 && network.anyWeight == 2)
      #expect(network.phases[0].learningRate == 0.1 && network.phases[0].momentum == 0.9)
      #expect(network.phases[0].nesterov && network.phases[1].start == .best)
      #expect(network.phases.allSatisfy { $0.schedule.schedule == .plateau })
      #expect(
        network.phases.allSatisfy { $0.weightDecay == (name == "dpn92" ? 5e-4 : 1e-4) })
      #expect(network.sampler.keepPositive == 0.5 && network.sampler.keepNegative == 0.35)
      #expect(network.sampler.subtypeShares == [0.3, 0.2, 0.2, 0.2, 0.1])
      #expect(network.augment.rotation == -25...25 && network.augment.shear == -8...8)
      #expect(network.augment.contrast == 0.75...1.5 && network.augment.crop == 0...0.1)
    }
  }

  @Test func onlyTheReportsRecipeLeaks() throws {
    #expect(try !load("rsna2019.yaml").split.redrawEachEpoch)
    #expect(try load("rsna2019.yaml").predict.correctPrior)
    #expect(try !load("phantom-long.yaml").split.redrawEachEpoch)
    #expect(try load("phantom-long.yaml").trainOrder == ["resnet50", "densenet121", "dpn92"])
  }
}
