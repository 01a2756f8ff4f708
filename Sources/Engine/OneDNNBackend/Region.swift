/// A block of memory with one purpose.
enum Region: Int, CaseIterable {
  /// Activations, gradients of activations and scratch, planned over the steps.
  case arena
  /// Master parameters that are trained, 32-bit.
  case parameters
  /// Their gradients, at the same offsets.
  case gradients
  /// Running means and variances.
  case statistics
  /// Weights in the layouts and precision that the primitives read.
  case working
  /// The logits and their gradient, row-major and 32-bit, where the caller looks.
  case boundary
  /// The caller's own memory: the input.
  case external
}

/// One tensor's place: known by region and, once memory is planned, offset.
struct Buffer {
  let region: Region
  let bytes: Int
  /// Bytes from the region's start; of arena buffers set by the plan.
  var offset: Int
  /// First and last position in the program that touches it (arena only).
  var steps: ClosedRange<Int>
}

/// A buffer seen through a descriptor.
struct Tensor {
  let buffer: Int
  let descriptor: Descriptor
}
