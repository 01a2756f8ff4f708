import Vocabulary

/// Where the two collections come from; `nil` stands for the phantom's.
package struct DataParameters: Codable, Equatable, Sendable {
  package struct TrainData: Codable, Equatable, Sendable {
    /// A folder that is searched for DICOM files.
    package var dicom: String?
    /// A label CSV in RSNA's format.
    package var labels: String?

    package init(dicom: String? = nil, labels: String? = nil) {
      self.dicom = dicom
      self.labels = labels
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case dicom
      case labels
    }
  }

  package struct TestData: Codable, Equatable, Sendable {
    package var dicom: String?
    /// A sample submission that gives the order of the rows; without one, every slice by ID.
    package var submission: String?

    package init(dicom: String? = nil, submission: String? = nil) {
      self.dicom = dicom
      self.submission = submission
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case dicom
      case submission
    }
  }

  package var train: TrainData
  package var test: TestData

  package init(train: TrainData = TrainData(), test: TestData = TestData()) {
    self.train = train
    self.test = test
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case train
    case test
  }

  init(_ section: ConfigurationSection) throws {
    let trainSection = try section.section(CodingKeys.train, known: TrainData.CodingKeys.self)
    let testSection = try section.section(CodingKeys.test, known: TestData.CodingKeys.self)
    train = TrainData(
      dicom: try trainSection.path(TrainData.CodingKeys.dicom),
      labels: try trainSection.path(TrainData.CodingKeys.labels))
    test = TestData(
      dicom: try testSection.path(TestData.CodingKeys.dicom),
      submission: try testSection.path(TestData.CodingKeys.submission))
    if train.dicom != nil, train.labels == nil {
      throw trainSection.fault(
        TrainData.CodingKeys.dicom, code: "labels-missing",
        "A folder of training slices is given without their labels",
        remedy: "Give data.train.labels a label CSV (ID,Label), or set data.train.dicom to null.")
    }
    if train.labels != nil, train.dicom == nil {
      throw trainSection.fault(
        TrainData.CodingKeys.labels, code: "dicom-missing",
        "Labels are given without the slices they belong to",
        remedy: "Give data.train.dicom a folder, or set data.train.labels to null.")
    }
    if test.submission != nil, test.dicom == nil {
      throw testSection.fault(
        TestData.CodingKeys.submission, code: "dicom-missing",
        "A sample submission is given without the slices it belongs to",
        remedy: "Give data.test.dicom a folder, or set data.test.submission to null.")
    }
  }
}
