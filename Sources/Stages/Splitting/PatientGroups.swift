/// What decides that two slices must never be on different sides of a split.
struct SliceProvenance {
  let patient: String
  let study: String
  /// Hash of the DICOM file.
  let file: String
  /// Hash of the picture, empty where it shows nothing; one image under two IDs has it twice.
  let pixels: String

  /// The patient, or the study of a file without a patient's name.
  var patientOrStudy: String { patient.isEmpty ? "study \(study)" : patient }
}

/// Patients tied together by a shared study or a shared image; a whole group goes into one fold.
///
/// Union-find with path halving.
struct PatientGroups {
  /// The group of every slice, numbered from 0 in order of first appearance.
  let groupOfSlice: [Int]
  let groupCount: Int
  let patientCount: Int
  /// Pairs of patients that had to be tied together.
  let ties: Int

  init(_ slices: [SliceProvenance]) {
    var patients: [String: Int] = [:]
    var firstWithStudy: [String: Int] = [:]
    var firstWithFile: [String: Int] = [:]
    var firstWithPixels: [String: Int] = [:]
    var parent: [Int] = []
    var ties = 0

    func root(_ node: Int) -> Int {
      var node = node
      while parent[node] != node {
        parent[node] = parent[parent[node]]
        node = parent[node]
      }
      return node
    }
    func tie(_ patient: Int, _ key: String, in first: inout [String: Int]) {
      guard !key.isEmpty else { return }
      guard let other = first[key] else { return first[key] = patient }
      let (left, right) = (root(patient), root(other))
      guard left != right else { return }
      // The smaller number becomes the root, so that the order of slices does not matter.
      parent[max(left, right)] = min(left, right)
      ties += 1
    }

    let patientOfSlice = slices.map { slice -> Int in
      let patient = patients[slice.patientOrStudy] ?? parent.count
      if patient == parent.count {
        patients[slice.patientOrStudy] = patient
        parent.append(patient)
      }
      tie(patient, slice.study, in: &firstWithStudy)
      tie(patient, slice.file, in: &firstWithFile)
      tie(patient, slice.pixels, in: &firstWithPixels)
      return patient
    }

    var numbers: [Int: Int] = [:]
    groupOfSlice = patientOfSlice.map { patient in
      let group = root(patient)
      if let number = numbers[group] { return number }
      numbers[group] = numbers.count
      return numbers.count - 1
    }
    groupCount = numbers.count
    patientCount = parent.count
    self.ties = ties
  }
}
