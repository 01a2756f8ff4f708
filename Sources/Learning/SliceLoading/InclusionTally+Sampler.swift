extension InclusionTally {
  /// What a sampler draws in the first `epochs` epochs: a function of its seed, so that no training
  /// has to count.
  ///
  /// - Precondition: the data set has labels.
  package init(of data: SliceDataset, drawnBy sampler: any BatchSampler, epochs: Int) {
    guard let labels = data.labels else { preconditionFailure("only labels can be counted") }
    self.init(labels: labels, classes: data.classes)
    for epoch in 0..<epochs {
      for step in 0..<sampler.stepsPerEpoch {
        add(sampler.indices(epoch: epoch, step: step), labels: labels)
      }
    }
  }
}
