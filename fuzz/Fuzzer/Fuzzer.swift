import Foundation

/// The format of this run, which `fuzz/run` sets.
private let format = FuzzedFormat(
  rawValue: ProcessInfo.processInfo.environment["ICHOR_FUZZ_FORMAT"] ?? "")

/// libFuzzer calls this once: it writes the seeds into the folder that `fuzz/run` names.
@_cdecl("LLVMFuzzerInitialize")
public func prepareFuzzing(
  _ count: UnsafeMutablePointer<Int32>?, _ arguments: UnsafeMutableRawPointer?
) -> Int32 {
  guard let format, let folder = ProcessInfo.processInfo.environment["ICHOR_FUZZ_SEEDS"] else {
    print("The formats are \(FuzzedFormat.allCases.map(\.rawValue)); use fuzz/run.")
    exit(64)
  }
  do {
    for (number, seed) in try format.seeds.enumerated() {
      try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(number)"))
    }
  } catch {
    print("The seeds cannot be written: \(error)")
    exit(73)
  }
  return 0
}

/// libFuzzer's entry point.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOnce(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  format?.check(UnsafeRawBufferPointer(start: start, count: count))
  return 0
}
