import COneDNN
import ComputeGraph

/// Copies of a tensor in the layouts that primitives ask for.
extension OneDNNLowering {
  func reorder(_ source: Tensor, to destination: Tensor, kind: String = "reorder") throws {
    let primitive = try Primitive("a reorder") {
      ichor_reorder($0, source.descriptor.pointer, destination.descriptor.pointer)
    }
    try emit(kind, primitive, [(.src, source), (.dst, destination)])
  }

  /// `tensor` in the layout wanted: itself, or a copy that is made once.
  func read(_ tensor: Tensor, as wanted: Descriptor) throws -> Tensor {
    if tensor.descriptor == wanted { return tensor }
    let known = copies[tensor.buffer]?.first {
      $0.source == tensor.descriptor && $0.copy.descriptor == wanted
    }
    if let known { return known.copy }
    let copy = allocate(.arena, wanted)
    try reorder(tensor, to: copy)
    copies[tensor.buffer, default: []].append((tensor.descriptor, copy))
    return copy
  }

  /// Forgets the copies of a tensor that is overwritten: they hold its old content.
  func forgetCopies(of tensor: Tensor) { copies[tensor.buffer] = nil }

  /// A parameter in the layout and precision that a primitive reads, refreshed after updates.
  func working(_ master: Tensor, as wanted: Descriptor) throws -> Tensor {
    if master.descriptor == wanted { return master }
    let known = workingCopies[master.buffer]?.first { $0.descriptor == wanted }
    if let known { return known }
    let copy = allocate(.working, wanted)
    try preparing { try reorder(master, to: copy, kind: "weights") }
    workingCopies[master.buffer, default: []].append(copy)
    return copy
  }
}
