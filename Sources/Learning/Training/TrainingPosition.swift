import Foundation

/// Where a training run stands: every number besides its tensors that the next step reads.
package struct TrainingPosition: Sendable, Equatable {
  /// Counted from 0 over all phases.
  package var epoch = 0
  /// The next optimiser step of the epoch; the number of steps where only validation is left.
  package var step = 0
  package var phase = 0
  /// Sum of the losses of the epoch's steps so far.
  package var lossSum = 0.0
  /// What the phase's schedule has seen; `nil` at the phase's start.
  package var schedule: PlateauSchedule.Progress?
  package var watchdog = Watchdog.State()
  /// What early stopping has seen; `nil` where phases are not ended early.
  package var stopping: EarlyStopping.Progress?
  /// Lowest score of the monitor so far; `nil` before the first epoch's end.
  package var bestScore: Double?

  package init() {}

  /// Whether nothing has been trained yet.
  var isStart: Bool { epoch == 0 && step == 0 }
}

extension TrainingPosition: CustomStringConvertible {
  /// `step 12 of epoch 3`, epochs counted from 1.
  package var description: String { "step \(step) of epoch \(Self.ordinal(epoch))" }

  /// Counted from 1; a damaged checkpoint may hold any number.
  static func ordinal(_ number: Int) -> Int { min(number, .max - 1) + 1 }
}

/// Its form on disk: one flat object of strings, as the metadata of a safetensors file needs it.
///
/// Floating-point numbers are stored as strings of their bits, so that none is rounded.
extension TrainingPosition: Codable {
  private enum Key: String, CodingKey {
    case epoch, step, phase, watchdog
    case lossSum = "loss_sum"
    case bestScore = "best_score"
    case scheduleRate = "schedule_rate"
    case scheduleBest = "schedule_best"
    case scheduleWait = "schedule_wait"
    case scheduleCooldown = "schedule_cooldown"
    case phaseStart = "phase_start"
    case phaseScores = "phase_scores"
    case endedEarly = "ended_early"
  }

  /// - Throws: only what the encoder throws.
  package func encode(to encoder: any Encoder) throws {
    var texts = encoder.container(keyedBy: Key.self)
    func put(_ number: Int, _ key: Key) throws { try texts.encode(String(number), forKey: key) }
    func put(_ number: Double?, _ key: Key) throws {
      try texts.encodeIfPresent(number.map { String($0.bitPattern, radix: 16) }, forKey: key)
    }
    try put(epoch, .epoch)
    try put(step, .step)
    try put(phase, .phase)
    try put(lossSum, .lossSum)
    try put(bestScore, .bestScore)
    if let schedule {
      try put(schedule.rate, .scheduleRate)
      try put(schedule.best, .scheduleBest)
      try put(schedule.wait, .scheduleWait)
      try put(schedule.cooldown, .scheduleCooldown)
    }
    if let stopping {
      try put(stopping.phaseStart, .phaseStart)
      try texts.encode(
        stopping.scores.map { String($0.bitPattern, radix: 16) }.joined(separator: ","),
        forKey: .phaseScores)
      try texts.encode(
        stopping.ended.map(String.init).joined(separator: ","), forKey: .endedEarly)
    }
    // Sorted: the same position makes the same bytes.
    let json = JSONEncoder()
    json.outputFormatting = .sortedKeys
    try texts.encode(String(decoding: try json.encode(watchdog), as: UTF8.self), forKey: .watchdog)
  }

  /// - Throws: `DecodingError` where a number is missing or can't be read.
  package init(from decoder: any Decoder) throws {
    let texts = try decoder.container(keyedBy: Key.self)
    func parsed<Value>(_ key: Key, _ value: (String) throws -> Value?) throws -> Value {
      guard let value = try value(try texts.decode(String.self, forKey: key)) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: texts, debugDescription: "The number cannot be read.")
      }
      return value
    }
    func count(_ key: Key) throws -> Int {
      try parsed(key) { Int($0).flatMap { $0 < 0 ? nil : $0 } }
    }
    func number(_ key: Key) throws -> Double {
      try parsed(key) { UInt64($0, radix: 16).map { Double(bitPattern: $0) } }
    }
    epoch = try count(.epoch)
    step = try count(.step)
    phase = try count(.phase)
    lossSum = try number(.lossSum)
    bestScore = texts.contains(.bestScore) ? try number(.bestScore) : nil
    if texts.contains(.scheduleRate) {
      schedule = PlateauSchedule.Progress(
        rate: try number(.scheduleRate),
        best: texts.contains(.scheduleBest) ? try number(.scheduleBest) : nil,
        wait: try count(.scheduleWait), cooldown: try count(.scheduleCooldown))
    }
    func list<Value>(_ key: Key, _ value: (Substring) -> Value?) throws -> [Value] {
      try parsed(key) { text in
        let values = text.split(separator: ",").map(value)
        return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
      }
    }
    if texts.contains(.phaseStart) {
      stopping = EarlyStopping.Progress(
        phaseStart: try count(.phaseStart),
        scores: try list(.phaseScores) { UInt64($0, radix: 16).map { Double(bitPattern: $0) } },
        ended: try list(.endedEarly) { Int($0) })
    }
    watchdog = try parsed(.watchdog) {
      try JSONDecoder().decode(Watchdog.State.self, from: Data($0.utf8))
    }
  }
}
