import Foundation
import TensorCore

/// How the exponential moving average of weights and batch-norm statistics is taken over a training
/// (Polyak and Juditsky 1992): its validation loss does not jump with the last few batches.
package struct WeightAverage: Sendable {
  /// Share of the average that an optimiser step keeps, above 0 and below 1.
  ///
  /// The n-th step keeps (1 + n) / (10 + n) where that is less: a young average forgets the first
  /// weights as TensorFlow's ExponentialMovingAverage with `num_updates` does.
  package var decay: Double
  /// Optimiser steps between two samples of the weights: reading them all takes a good part of a
  /// small step's time, and neighbouring samples are alike.
  package var interval: Int

  /// The interval where an epoch is no shorter: reading ResNet-50's weights then costs 1 % of the
  /// time of steps of 16 slices at 112.
  package static let usualInterval = 32

  package init(decay: Double, interval: Int) {
    precondition(decay > 0 && decay < 1, "an average keeps a share and takes a share")
    precondition(interval > 0, "samples are some steps apart")
    self.decay = decay
    self.interval = interval
  }

  /// Whether weights are sampled after that many steps of the phase.
  func samples(afterSteps steps: Int) -> Bool { steps.isMultiple(of: interval) }

  /// The share that the sample after that many steps of the phase keeps.
  package func kept(afterSteps steps: Int) -> Double {
    pow(min(decay, Double(1 + steps) / Double(10 + steps)), Double(interval))
  }

  /// The average with one more sample.
  ///
  /// - Parameter average: empty before the first sample, which is the average then.
  package func adding(
    _ sample: NamedTensors, to average: NamedTensors, afterSteps steps: Int
  ) -> NamedTensors {
    guard average.count > 0 else { return sample }
    let taken = Float(1 - kept(afterSteps: steps))
    return NamedTensors(
      sample.map { name, tensor in
        guard let old = average[name], old.shape == tensor.shape else {
          preconditionFailure("\(name) \(tensor.shape) was not checked before averaging")
        }
        return (name, HostTensor(shape: old.shape, values: old.values.moved(by: taken, to: tensor)))
      })
  }
}

extension [Float] {
  fileprivate func moved(by share: Float, to target: HostTensor) -> [Float] {
    withUnsafeBufferPointer { old in
      target.values.withUnsafeBufferPointer { new in
        [Float](unsafeUninitializedCapacity: old.count) { result, count in
          for index in old.indices {
            result[index] = old[index] + share * (new[index] - old[index])
          }
          count = old.count
        }
      }
    }
  }
}
