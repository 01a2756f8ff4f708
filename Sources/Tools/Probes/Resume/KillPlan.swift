import Randomness

/// When each of the kills happens, as a function of the seed.
struct KillPlan {
  /// What the process is doing when it is killed.
  enum Kind: String {
    /// Anywhere in the training: a step, a validation, a checkpoint.
    case training
    /// While a checkpoint is being written.
    case checkpoint
    /// Before the first step: the program starts, reads, compiles.
    case start
  }

  struct Kill {
    let kind: Kind
    /// The share of the whole training after which it happens.
    let share: Double
    /// Uniform in [0, 1), for whatever the share leaves open.
    let chance: Double
  }

  let kills: [Kill]

  /// Aims a third of them at checkpoints, a tenth at the start and the rest at the training: one in
  /// each equal part of the run, so that they are spread over its length. The last hundredths are
  /// spared, as the process would end before the kill.
  init(count: Int, seed: UInt64) {
    kills = (0..<count).map { number in
      var random = CounterRandom(seed: seed, purpose: "resume.kill", sample: number)
      let share = (Double(number) + random.uniform()) / Double(count)
      let kind: Kind = number % 10 == 7 ? .start : number % 3 == 1 ? .checkpoint : .training
      return Kill(kind: kind, share: share * 0.95, chance: random.uniform())
    }
  }
}
