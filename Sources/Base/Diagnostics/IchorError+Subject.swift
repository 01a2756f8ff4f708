extension IchorError {
  /// The same error of a part of what it was thrown for: `SUBJECT: MESSAGE`.
  package func about(_ subject: String) -> IchorError {
    IchorError(self, message: "\(subject): \(message)")
  }

  private init(_ error: IchorError, message: String) {
    kind = error.kind
    code = error.code
    self.message = message
    remedy = error.remedy
    location = error.location
    cause = error.cause
  }
}
