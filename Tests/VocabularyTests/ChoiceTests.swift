import Foundation
import Testing
import Vocabulary

/// The spellings that configurations, manifests and scripts hold: none may change.
@Suite struct ChoiceTests {
  private func check<Value: Choice>(_ type: Value.Type, _ spellings: String) throws {
    let names = spellings.split(separator: " ").map(String.init)
    #expect(type.spellings == names)
    for (choice, name) in zip(type.allCases, names) {
      #expect(Value(rawValue: name) == choice)
      #expect(try JSONEncoder().encode([choice]) == Data("[\"\(name)\"]".utf8))
      #expect(try JSONDecoder().decode([Value].self, from: Data("[\"\(name)\"]".utf8)) == [choice])
    }
    for name in ["", "none", names[0] + " "] {
      #expect(Value(rawValue: name) == nil)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([Value].self, from: Data("[\"\(name)\"]".utf8))
      }
    }
  }

  @Test func spellingsStay() throws {
    try check(Architecture.self, "resnet18 resnet50 densenet121 dpn92")
    try check(BackendName.self, "onednn openblas")
    try check(Precision.self, "f32 bf16")
    try check(Optimizer.self, "sgd rmsprop")
    try check(OptimizerDefinition.self, "keras pytorch")
    try check(ScheduleKind.self, "constant cosine step plateau")
    try check(PhaseStart.self, "best last")
    try check(SamplerKind.self, "epochs weighted")
    try check(WatchdogAction.self, "stop warn off")
    try check(WeightingRule.self, "inverse-loss equal fitted")
    try check(WindowName.self, "brain subdural soft bone")
    try check(Repair.self, "wrapped-12-bit")
    try check(ExclusionPolicy.self, "warn fail")
    try check(
      Monitor.self,
      """
      loss loss_any auc_any loss_epidural auc_epidural loss_intraparenchymal auc_intraparenchymal \
      loss_intraventricular auc_intraventricular loss_subarachnoid auc_subarachnoid loss_subdural \
      auc_subdural
      """)
  }

  @Test func contentIsAListOfNames() throws {
    let contents: [(PictureContent, String)] = [
      (.windows([.brain, .bone]), #"["brain","bone"]"#), (.hounsfieldUnits, #"["hu16"]"#),
    ]
    for (content, json) in contents {
      #expect(try JSONEncoder().encode(content) == Data(json.utf8))
      #expect(try JSONDecoder().decode(PictureContent.self, from: Data(json.utf8)) == content)
    }
    for json in [#"["hu16","brain"]"#, #""hu16""#, #"["liver"]"#] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(PictureContent.self, from: Data(json.utf8))
      }
    }
  }

  @Test func labelsKnowTheirPlaces() {
    #expect(Label.allCases.map(\.place) == Array(0..<6))
  }
}
