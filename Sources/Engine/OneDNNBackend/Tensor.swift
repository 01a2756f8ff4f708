import ComputeGraph

/// A buffer seen through a descriptor.
struct Tensor {
  let buffer: BufferID
  let descriptor: Descriptor
}
