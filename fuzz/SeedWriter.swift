import Foundation

/// Writes the seeds, one file each, into the folder that is the only argument.
@main struct SeedWriter {
  static func main() throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[1])
    for seed in SeedFiles.all {
      try Data(seed.bytes).write(to: folder.appendingPathComponent(seed.name + ".dcm"))
    }
  }
}
