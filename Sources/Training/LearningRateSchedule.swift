import Foundation

/// The learning rate of every step: a linear warm-up, then constant or half a cosine to zero.
public struct LearningRateSchedule: Sendable, Hashable {
  public enum Shape: String, Sendable, CaseIterable { case constant, cosine }
  public let peak: Double
  public let shape: Shape
  /// Steps over which the rate climbs to its peak; the first one already moves.
  public let warmupSteps: Int
  /// Steps of the whole training.
  public let totalSteps: Int

  /// - Precondition: the steps are not negative.
  public init(peak: Double, shape: Shape, warmupSteps: Int, totalSteps: Int) {
    precondition(warmupSteps >= 0 && totalSteps >= 0, "a schedule counts steps from 0")
    self.peak = peak
    self.shape = shape
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// The rate of step `step`, counted from 0 over all epochs.
  public func rate(step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    switch shape {
    case .constant: return peak
    case .cosine:
      let remaining = max(totalSteps - warmupSteps, 1)
      let progress = min(Double(step - warmupSteps) / Double(remaining), 1)
      return peak * 0.5 * (1 + cos(Double.pi * progress))
    }
  }
}
