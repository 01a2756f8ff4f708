import PipelineContract

extension Configuration {
  /// What decides how long a slice's conversion takes and how large its pictures are, as
  /// `MeasuredSpeeds` remembers it: sizes, windows and the source.
  package func pictures(of instance: StageInstance) -> String {
    let source = inputs(of: instance).map { input -> String in
      switch input {
      case .artifact(let artifact): "\(artifact)"
      case .outside(_, let path): path.resolvingSymlinksInPath().path
      }
    }
    return (convert.sizes.map(String.init) + convert.content.names + source.prefix(1))
      .joined(separator: " ")
  }
}
