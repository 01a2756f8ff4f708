import Diagnostics
import Foundation
import Testing

@testable import ExternalSorting

@Suite struct ScratchFileTests {
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskIsNamed() throws {
    let file = ScratchFile(descriptor: open("/dev/full", O_RDWR), folder: "/the/scratch")
    let error = try #require(
      #expect(throws: IchorError.self) { try Array("text".utf8).withUnsafeBytes(file.append) })
    #expect(error.kind == .inputOutput && error.code == "scratch-write")
    #expect(error.message.contains("/the/scratch") && error.remedy == "Free some room there.")
    #expect(error.cause?.contains(String(cString: strerror(ENOSPC))) == true)
  }

  @Test func aFileThatIsCutShortIsNamed() throws {
    let folder = FileManager.default.temporaryDirectory
    let file = try ScratchFolder(folder, creates: false).makeFile()
    // A run of one record that says to be longer than the file.
    try ([200, 0, 0, 0, 65, 66] as [UInt8]).withUnsafeBytes(file.append)
    for run in [0..<6, 0..<2, 0..<204] {
      let reader = RunReader(run, of: file, bufferLength: 64)
      let error = #expect(throws: IchorError.self) { try reader.advance() }
      #expect(error?.code == "scratch-read")
    }
  }
}
