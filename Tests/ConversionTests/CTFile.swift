import ContentHashing
import Foundation
import PipelineContract
import TestFolders

/// A CT file in the header shape of RSNA 2019, explicit VR little endian, made for these tests.
struct CTFile {
  var id: String
  var patient = "ID_p1"
  var study = "ID_st1"
  var series = "ID_se1"
  var modality = "CT"
  var imageType: String?
  var position: [Double]? = [0, 0, 0]
  /// Axial; the normal points along +z.
  var orientation = "1\\0\\0\\0\\1\\0"
  var rows = 8
  var columns = 8
  var bitsStored = 12
  var isSigned = false
  var intercept = "-1024"
  /// Stored values; the first `rows * columns` are written.
  var stored: [UInt16]
  /// Bytes to leave out at the end of Pixel Data.
  var missing = 0

  init(_ id: String, z: Double = 0, value: UInt16 = 1064) {
    self.id = id
    position = [-125, -125, z]
    stored = [UInt16](repeating: value, count: 64)
  }

  var data: Data {
    var data = Data(count: 128) + Data("DICM".utf8)
    var meta = Data()
    Self.append(&meta, 0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1")
    Self.append(
      &data, 0x0002, 0x0000, "UL", withUnsafeBytes(of: UInt32(meta.count).littleEndian) { Data($0) }
    )
    data += meta
    if let imageType { Self.append(&data, 0x0008, 0x0008, "CS", imageType) }
    Self.append(&data, 0x0008, 0x0018, "UI", id)
    Self.append(&data, 0x0008, 0x0060, "CS", modality)
    Self.append(&data, 0x0010, 0x0020, "LO", patient)
    Self.append(&data, 0x0020, 0x000D, "UI", study)
    Self.append(&data, 0x0020, 0x000E, "UI", series)
    if let position {
      let text = position.map { "\($0)" }.joined(separator: "\\")
      Self.append(&data, 0x0020, 0x0032, "DS", text)
    }
    Self.append(&data, 0x0020, 0x0037, "DS", orientation)
    Self.append(&data, 0x0028, 0x0002, "US", 1)
    Self.append(&data, 0x0028, 0x0004, "CS", "MONOCHROME2")
    Self.append(&data, 0x0028, 0x0010, "US", rows)
    Self.append(&data, 0x0028, 0x0011, "US", columns)
    Self.append(&data, 0x0028, 0x0030, "DS", "0.488281\\0.5")
    Self.append(&data, 0x0028, 0x0100, "US", 16)
    Self.append(&data, 0x0028, 0x0101, "US", bitsStored)
    Self.append(&data, 0x0028, 0x0102, "US", bitsStored - 1)
    Self.append(&data, 0x0028, 0x0103, "US", isSigned ? 1 : 0)
    Self.append(&data, 0x0028, 0x1052, "DS", intercept)
    Self.append(&data, 0x0028, 0x1053, "DS", "1")
    var pixels = Data()
    for value in stored.prefix(rows * columns) {
      pixels.append(UInt8(value & 255))
      pixels.append(UInt8(value >> 8))
    }
    Self.append(&data, 0x7FE0, 0x0010, "OW", pixels.dropLast(missing))
    return data
  }

  private static func append(
    _ data: inout Data, _ group: Int, _ element: Int, _ vr: String, _ value: Int
  ) {
    append(&data, group, element, vr, Data([UInt8(value & 255), UInt8(value >> 8)]))
  }

  private static func append(
    _ data: inout Data, _ group: Int, _ element: Int, _ vr: String, _ text: String
  ) {
    append(&data, group, element, vr, Data(text.utf8))
  }

  private static func append(
    _ data: inout Data, _ group: Int, _ element: Int, _ vr: String, _ value: Data
  ) {
    let padding = value.count % 2 == 0 ? Data() : Data([vr == "UI" ? 0 : 0x20])
    let count = value.count + padding.count
    for number in [group, element] { data += [UInt8(number & 255), UInt8(number >> 8)] }
    data += Data(vr.utf8)
    if vr == "OW" {
      data += [0, 0] + (0..<4).map { UInt8(count >> ($0 * 8) & 255) }
    } else {
      data += [UInt8(count & 255), UInt8(count >> 8)]
    }
    data += value + padding
  }
}

/// A collection in a temporary folder, and the folder to convert it into.
struct Bench {
  private let folder: TemporaryFolder
  var root: URL { folder.url }
  var collection: URL { root.appendingPathComponent("dicom") }
  var staging: URL { root.appendingPathComponent("staging") }

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("dicom"), withIntermediateDirectories: true)
  }

  func add(_ file: CTFile, _ name: String? = nil) throws {
    try add(file.data, name ?? "\(file.id).dcm")
  }

  func add(_ data: Data, _ name: String) throws {
    let url = collection.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// `studies` studies of one patient each with `slices` slices.
  func add(studies: Range<Int>, slices: Int) throws {
    for study in studies {
      for slice in 0..<slices {
        var file = CTFile(
          "ID_\(study)_\(slice)", z: Double(slice), value: UInt16(1030 + study * 7 + slice))
        (file.patient, file.study, file.series) = ("ID_p\(study)", "ID_st\(study)", "ID_se\(study)")
        try add(file, "\(study)/\(slice).dcm")
      }
    }
  }

  /// Lists the files of a folder in a manifest, as publishing does.
  static func publish(_ folder: URL) throws {
    let outputs = try contents(folder).map { path, data in
      Manifest.Output(path: path, sha256: ContentHash.sha256(of: data), bytes: data.count)
    }
    let recipe = Recipe(
      StageInstance(.convert, .train), parameters: [:], inputs: [],
      program: Manifest.Program(name: "test", sha256: ""))
    try CanonicalJSON.write(
      Manifest(recipe: recipe, outputs: outputs),
      to: folder.appendingPathComponent(ArtifactLayout.manifest))
  }

  /// Every published file of an output folder with its content.
  static func contents(_ folder: URL) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") })
      && name != ArtifactLayout.manifest
    {
      let url = folder.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      if !isFolder.boolValue { found[name] = try Data(contentsOf: url) }
    }
    return found
  }
}
