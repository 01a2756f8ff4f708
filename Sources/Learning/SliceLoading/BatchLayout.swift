/// The shape of a batch of images, [N, C, H, W].
package struct BatchLayout: Sendable, Equatable {
  package let batch: Int
  package let channels: Int
  package let height: Int
  package let width: Int

  /// - Precondition: every extent is at least 1, and there are up to 3 channels.
  package init(batch: Int, channels: Int, height: Int, width: Int) {
    precondition(batch > 0 && height > 0 && width > 0, "every extent of a batch is at least 1")
    precondition((1...3).contains(channels), "a slice's PNG has 1 to 3 channels")
    self.batch = batch
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// Values of one image.
  package var imageElements: Int { channels * height * width }
  /// Values of a batch.
  package var elements: Int { batch * imageElements }
}
