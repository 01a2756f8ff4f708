import Foundation

/// What signals do to every program here besides those that ask it to stop.
package enum ProcessSignals {
  /// Called first thing by every program.
  package static func prepare() {
    // A file that grows past `ulimit -f` makes writing fail, which names the file.
    signal(SIGXFSZ, SIG_IGN)
    // Swift's runtime takes the quit of a terminal for a crash, and goes on afterwards.
    signal(SIGQUIT, SIG_DFL)
  }
}
