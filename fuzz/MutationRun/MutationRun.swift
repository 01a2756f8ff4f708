import DICOM
import DICOMSamples
import Foundation

/// Reads damaged files, the same on every machine: `COUNT POSITION-FILE [FIRST]`.
///
/// The position file holds the number of the file being read, so that one that ends the process is
/// known.
@main struct MutationRun {
  static let slowestAllowed = 1.0
  static let memoryAllowed = 256 << 20

  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3, let count = Int(arguments[1]) else { exit(64) }
    let first = arguments.count > 3 ? Int(arguments[3]) ?? 0 : 0
    let position = Self.position(arguments[2])
    let seeds = SeedFiles.all.map(\.bytes)
    var values = StoredValues()
    var read = 0
    var refusals: [String: Int] = [:]
    var slowest = (seconds: 0.0, number: first)
    let clock = ContinuousClock()
    let begin = clock.now
    for number in first..<first + count {
      position.pointee = number
      let bytes = FileDamage.damaged(seeds, number: number)
      let start = clock.now
      do throws(DICOMError) {
        let header = try bytes.withUnsafeBytes { bytes in
          Result { () throws(DICOMError) in try DICOMReader.read(bytes, into: &values).header }
        }.get()
        precondition(values.count == header.numberOfFrames * header.rows * header.columns)
        read += 1
      } catch {
        refusals[error.code.rawValue, default: 0] += 1
      }
      let seconds = (clock.now - start) / .seconds(1)
      if seconds > slowest.seconds { slowest = (seconds, number) }
    }
    let elapsed = (clock.now - begin) / .seconds(1)
    let memory = Self.peakMemory
    print("\(count) damaged files in \(Self.decimals(elapsed)) s: \(read) read, no trap")
    for (code, times) in refusals.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      print("  \(times) refused: \(code)")
    }
    print("slowest: number \(slowest.number), \(Self.decimals(slowest.seconds)) s")
    print("peak memory: \(Self.decimals(Double(memory) / 1_048_576)) MiB")
    if slowest.seconds > slowestAllowed || memory > memoryAllowed {
      print("Failed: a file took more than \(slowestAllowed) s, or memory more than 256 MiB")
      exit(1)
    }
  }

  private static func decimals(_ number: Double) -> String { String(format: "%.3f", number) }

  /// A number in a file that outlives the process.
  private static func position(_ path: String) -> UnsafeMutablePointer<Int> {
    let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0, ftruncate(descriptor, 8) == 0,
      let memory = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else {
      print("\(path) cannot be written")
      exit(73)
    }
    return memory.assumingMemoryBound(to: Int.self)
  }

  /// In bytes, of the whole life of the process.
  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
