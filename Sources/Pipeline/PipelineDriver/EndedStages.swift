import Dispatch
import PipelineContract
import Synchronization

/// Where the threads that wait for stages leave how each ended.
final class EndedStages: Sendable {
  private let endings = Mutex<[(StageInstance, StageProcess.Ending)]>([])
  private let count = DispatchSemaphore(value: 0)

  func add(_ instance: StageInstance, _ ending: StageProcess.Ending) {
    endings.withLock { $0.append((instance, ending)) }
    count.signal()
  }

  /// The next in the order of time; `nil` where none comes within so many seconds.
  func next(within seconds: Double) -> (instance: StageInstance, ending: StageProcess.Ending)? {
    guard count.wait(timeout: .now() + seconds) == .success else { return nil }
    return endings.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
