import Diagnostics

/// The exit statuses of every executable: numbers of `sysexits.h`, timeout(1)'s, and 128 + signal.
package enum ExitStatus: Int32, CaseIterable, Sendable {
  case done = 0
  case usage = 64
  case badData = 65
  case inputMissing = 66
  case internalFault = 70
  case cannotCreate = 73
  case inputOutput = 74
  case busy = 75
  case configuration = 78
  /// The time that the configuration sets is up.
  case timeIsUp = 124
  case interrupted = 130
  case terminated = 143

  package init(_ kind: IchorError.Kind) {
    switch kind {
    case .usage: self = .usage
    case .badData: self = .badData
    case .inputMissing: self = .inputMissing
    case .internalFault: self = .internalFault
    case .cannotCreate: self = .cannotCreate
    case .inputOutput: self = .inputOutput
    case .busy: self = .busy
    case .configuration: self = .configuration
    }
  }

  /// Whether a run that ends this way was stopped, and the next one goes on with its work.
  package var keepsWork: Bool {
    self == .interrupted || self == .terminated || self == .timeIsUp
  }

  /// The status after SIGINT (2) or SIGTERM (15); other signals count as SIGTERM.
  package init(signal: Int32) { self = signal == 2 ? .interrupted : .terminated }
}
