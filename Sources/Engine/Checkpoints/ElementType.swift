/// How safetensors stores one element; the raw value is the header's `dtype`.
///
/// The cases follow the order of the format's own library, which sorts tensors by it.
public enum ElementType: String, CaseIterable, Sendable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"
  case uint64 = "U64"

  /// Bytes of one element.
  var byteWidth: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// What timm's checkpoints store under `name`: int64 for `num_batches_tracked`, else float32.
  public static func usual(for name: String) -> ElementType {
    name == "num_batches_tracked" || name.hasSuffix(".num_batches_tracked") ? .int64 : .float32
  }

  /// Position in the library's order.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
