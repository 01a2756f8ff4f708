import Foundation

/// The most memory that this process has held at one time.
public enum PeakMemory {
  /// Its largest resident set so far, in bytes.
  public static var bytes: Int {
    var usage = rusage()
    #if os(Linux)
      getrusage(numericCast(RUSAGE_SELF.rawValue), &usage)
      // Linux counts in KiB.
      return Int(usage.ru_maxrss) * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #endif
  }

  /// The same in MiB.
  public static var mebibytes: Double { Double(bytes) / 1_048_576 }
}
