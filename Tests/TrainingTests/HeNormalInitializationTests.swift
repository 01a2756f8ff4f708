import ComputeGraph
import TensorCore
import Testing
import Training

@Suite struct HeNormalInitializationTests {
  /// Convolution of 64 x 32 x 3 x 3 (fan-in 288), normalisation, linear 64 -> 500.
  private func graph() -> Graph {
    var builder = GraphBuilder(
      name: "toy", input: FeatureShape(channels: 32, height: 8, width: 8))
    var value = builder.convolution(
      builder.input, name: "conv", channels: 64, kernel: 3, padding: 1)
    value = builder.batchNormalization(value, name: "bn")
    value = builder.globalAveragePooling(value, name: "pool")
    value = builder.linear(value, name: "fc", outputs: 500)
    return builder.finish(output: value)
  }

  private func values(_ name: String, seed: UInt64 = 1) throws -> [Float] {
    try #require(HeNormalInitialization.parameters(of: graph(), seed: seed)[name]).values
  }

  /// Mean, variance and kurtosis within four standard errors of a normal distribution's.
  private func check(_ values: [Float], variance: Double) {
    let count = Double(values.count)
    func mean(_ power: (Double) -> Double) -> Double {
      values.reduce(0) { $0 + power(Double($1)) } / count
    }
    #expect(abs(mean { $0 }) < 4 * (variance / count).squareRoot())
    #expect(abs(mean { $0 * $0 } / variance - 1) < 4 * (2 / count).squareRoot())
    let kurtosis = mean { $0 * $0 * $0 * $0 } / (variance * variance)
    #expect(abs(kurtosis - 3) < 4 * (96 / count).squareRoot())
  }

  @Test func moments() throws {
    check(try values("conv.weight"), variance: 2.0 / 288)
    check(try values("fc.weight"), variance: 1.0 / 64)
  }

  @Test func everythingElseIsConstant() throws {
    for name in ["bn.weight", "bn.running_var"] {
      #expect(try values(name).allSatisfy { $0 == 1 }, "\(name)")
    }
    for name in ["bn.bias", "bn.running_mean", "fc.bias"] {
      #expect(try values(name).allSatisfy { $0 == 0 }, "\(name)")
    }
  }

  /// Expected numbers: `he_normal()` of Tests/Oracles/training_numbers.py, a second implementation
  /// of the generator.
  @Test func seedAndNameDecide() throws {
    var builder = GraphBuilder(
      name: "toy", input: FeatureShape(channels: 4, height: 8, width: 8))
    var value = builder.convolution(builder.input, name: "conv", channels: 64, kernel: 3)
    value = builder.globalAveragePooling(value, name: "pool")
    value = builder.linear(value, name: "fc", outputs: 2, asConvolution: true)
    let tensors = HeNormalInitialization.parameters(of: builder.finish(output: value), seed: 7)
    let convolution = try #require(tensors["conv.weight"]).values
    let linear = try #require(tensors["fc.weight"]).values
    let expected = [
      (
        convolution,
        [-0.14292022168636945, -0.1406073490331706, -0.06698710216542453, -0.0841178989646946]
      ),
      (
        linear,
        [-0.23648836089755954, 0.03393672644117412, 0.047497401132520496, 0.020933142254429195]
      ),
    ]
    for (values, wanted) in expected {
      for (value, wanted) in zip(values, wanted) {
        #expect(abs(Double(value) - wanted) <= 1e-7 * abs(wanted))
      }
    }
    #expect(try values("conv.weight", seed: 1) == values("conv.weight", seed: 1))
    #expect(try values("conv.weight", seed: 1) != values("conv.weight", seed: 2))
  }
}
