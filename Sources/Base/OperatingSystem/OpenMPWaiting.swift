import Foundation

/// How threads of GCC's OpenMP runtime wait for each other between two parallel regions.
///
/// By default they spin for milliseconds: beside a program that wants the processor too, they take it from
/// the very thread that they wait for. ResNet-18 at 112 in f32 on two cores of an AMD Zen 4, with a busy
/// loop on each: 24 images/s as it is, 36 with 2,000 turns, 27 with none; alone 79, 80 and 78.
package enum OpenMPWaiting {
  /// Turns of its loop that a thread spins before it sleeps.
  private static let turns = "2000"
  private static let variable = "GOMP_SPINCOUNT"
  /// Who sets one of these knows better.
  private static let settings = [variable, "OMP_WAIT_POLICY"]

  /// Starts the program again with fewer turns, unless its environment says how to wait: the runtime
  /// reads that as it is loaded, before any code of the program runs.
  ///
  /// To be called first of all, with no thread and no file of one's own. Where the system refuses, the
  /// program goes on as it is.
  package static func shorten() {
    #if os(Linux)
      if settings.contains(where: { getenv($0) != nil }) { return }
      guard setenv(variable, turns, 1) == 0,
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      else { return }
      execv(program, CommandLine.unsafeArgv)
    #endif
  }
}
