import COneDNN

/// A tensor's part in a primitive.
enum Role: Hashable {
  case src, src1, weights, bias, dst, mean, variance, scale, shift, workspace, scratchpad
  case diffSrc, diffWeights, diffBias, diffDst, diffScale, diffShift
  /// The tensor that a binary post-op adds.
  case residual
  /// One source of a sum or concatenation.
  case source(Int)

  var code: Int32 {
    let code =
      switch self {
      case .src: ICHOR_SRC
      case .src1: ICHOR_SRC_1
      case .weights: ICHOR_WEIGHTS
      case .bias: ICHOR_BIAS
      case .dst: ICHOR_DST
      case .mean: ICHOR_MEAN
      case .variance: ICHOR_VARIANCE
      case .scale: ICHOR_SCALE
      case .shift: ICHOR_SHIFT
      case .workspace: ICHOR_WORKSPACE
      case .scratchpad: ICHOR_SCRATCHPAD
      case .diffSrc: ICHOR_DIFF_SRC
      case .diffWeights: ICHOR_DIFF_WEIGHTS
      case .diffBias: ICHOR_DIFF_BIAS
      case .diffDst: ICHOR_DIFF_DST
      case .diffScale: ICHOR_DIFF_SCALE
      case .diffShift: ICHOR_DIFF_SHIFT
      case .residual: ICHOR_POST_OP_SRC
      case .source: ICHOR_MULTIPLE_SRC
      }
    var index: Int32 = 0
    if case .source(let number) = self { index = Int32(number) }
    return Int32(code) + index
  }
}

/// One compiled operation of oneDNN; made once, run again and again.
final class Primitive {
  let pointer: OpaquePointer
  /// The library's name for its implementation, such as `jit_bf16:avx512_core_bf16`.
  let implementation: String

  /// - Parameter create: calls the shim's constructor with the place for the result.
  init(
    _ doing: @autoclosure () -> String, _ create: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws {
    var pointer: OpaquePointer?
    try check(create(&pointer), "create \(doing())")
    guard let pointer else { preconditionFailure("oneDNN succeeded without a primitive") }
    self.pointer = pointer
    implementation = String(cString: ichor_primitive_implementation(pointer))
  }

  /// How the primitive wants, or lays out, one of its tensors.
  func descriptor(_ role: Role) throws -> Descriptor {
    var descriptor: OpaquePointer?
    try check(ichor_primitive_query(&descriptor, pointer, role.code), "query a primitive")
    guard let descriptor else { preconditionFailure("oneDNN succeeded without a descriptor") }
    return Descriptor(taking: descriptor)
  }

  deinit { ichor_primitive_destroy(pointer) }
}
