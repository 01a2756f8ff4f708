import ComputeGraph

/// A network that keeps its trained parameters in flat blocks, and so does alike what concerns all
/// of them at once.
package protocol FlatNetwork: CompiledNetwork {
  var flat: FlatParameters { get }
}

extension FlatNetwork {
  package var frozen: Set<String> {
    get { flat.frozen }
    set { flat.frozen = newValue }
  }

  package func gradientNorm(of names: Set<String>?) throws -> Double {
    flat.gradientNorm(of: names)
  }

  package func scaleGradients(by factor: Float) throws { flat.scaleGradients(by: factor) }
}
