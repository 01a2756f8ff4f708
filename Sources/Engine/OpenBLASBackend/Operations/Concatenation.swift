import ComputeGraph

/// One range of the channels of a wider tensor, image by image.
struct ChannelBand {
  /// Floats of one image of the band, of the wide tensor, and before the band in it.
  let band: Int
  let whole: Int
  let start: Int

  func gather(_ wide: UnsafePointer<Float>, into narrow: Floats, _ images: Range<Int>) {
    for image in images {
      (narrow + image * band).update(from: wide + (image * whole + start), count: band)
    }
  }

  func scatter(_ narrow: UnsafePointer<Float>, into wide: Floats, _ images: Range<Int>) {
    for image in images {
      (wide + (image * whole + start)).update(from: narrow + image * band, count: band)
    }
  }
}

extension OpenBLASLowering {
  func concatenationForward(_ node: Node) {
    join(node.inputs.map { (value($0), graph[$0]) }, into: define(node.output), graph[node.output])
  }

  func concatenationBackward(_ node: Node, _ diffDst: BufferID, _ inputs: [GradientID?]) {
    var start = 0
    for (source, input) in zip(node.inputs, inputs) {
      let channels = graph[source].channels
      if let input {
        cut(start..<start + channels, of: diffDst, graph[node.output], into: define(input))
      }
      start += channels
    }
  }

  /// Joins the gradients of a value's channel slices, which cover it in this order.
  func gradientConcatenation(_ sources: [GradientID], into destination: GradientID) {
    join(
      sources.map { (gradient($0), graph[program.gradients[$0.index]]) },
      into: define(destination), graph[program.gradients[destination.index]])
  }

  private func join(
    _ sources: [(buffer: BufferID, shape: FeatureShape)], into wide: BufferID, _ shape: FeatureShape
  ) {
    var start = 0
    var parts: [(buffer: BufferID, band: ChannelBand)] = []
    for source in sources {
      let count = source.shape.elementCount
      parts.append(
        (source.buffer, ChannelBand(band: count, whole: shape.elementCount, start: start)))
      start += count
    }
    emit("concatenation", touching: parts.map(\.buffer) + [wide]) {
      [workers, batch, parts] memory in
      let target = memory[wide]
      workers.split(batch) { _, images in
        for part in parts { part.band.scatter(memory[part.buffer], into: target, images) }
      }
    }
  }

  /// Copies a range of the channels of `wide`.
  func cut(
    _ channels: Range<Int>, of wide: BufferID, _ shape: FeatureShape, into narrow: BufferID
  ) {
    let plane = shape.height * shape.width
    let band = ChannelBand(
      band: channels.count * plane, whole: shape.elementCount, start: channels.lowerBound * plane)
    emit("channel slice", touching: [wide, narrow]) { [workers, batch] memory in
      let (from, to) = (memory[wide], memory[narrow])
      workers.split(batch) { _, images in band.gather(from, into: to, images) }
    }
  }
}
