import Diagnostics
import TensorCore

/// The errors of weights that do not fit a model.
public enum ParameterMismatch {
  public static func missing(_ parameter: Parameter, in graph: Graph) -> IchorError {
    IchorError(
      .badData, code: "weights-missing",
      "\(graph.name) needs the tensor \(parameter.name) \(parameter.shape), which is not there",
      remedy: "give weights of the same architecture, with timm's parameter names")
  }

  public static func shape(
    _ parameter: Parameter, given: Shape, in graph: Graph
  ) -> IchorError {
    IchorError(
      .badData, code: "weights-shape",
      "tensor \(parameter.name) is \(given), \(graph.name) needs \(parameter.shape)",
      remedy: "give weights of the same architecture, input channels and classes")
  }
}
