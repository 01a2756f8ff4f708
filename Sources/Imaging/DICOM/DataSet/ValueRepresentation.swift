/// A value representation: two letters in explicit syntaxes (PS3.5 6.2, table 6.2-1).
enum ValueRepresentation: UInt16 {
  case ae = 0x4145, `as` = 0x4153, at = 0x4154, cs = 0x4353, da = 0x4441, ds = 0x4453
  case dt = 0x4454, fd = 0x4644, fl = 0x464C, `is` = 0x4953, lo = 0x4C4F, lt = 0x4C54
  case ob = 0x4F42, od = 0x4F44, of = 0x4F46, ol = 0x4F4C, ov = 0x4F56, ow = 0x4F57
  case pn = 0x504E, sh = 0x5348, sl = 0x534C, sq = 0x5351, ss = 0x5353, st = 0x5354
  case sv = 0x5356, tm = 0x544D, uc = 0x5543, ui = 0x5549, ul = 0x554C, un = 0x554E
  case ur = 0x5552, us = 0x5553, ut = 0x5554, uv = 0x5556

  /// The representation that two bytes spell, `nil` where none does.
  init?(_ first: UInt8, _ second: UInt8) {
    self.init(rawValue: UInt16(first) << 8 | UInt16(second))
  }

  /// Whether two reserved bytes and a 32-bit length follow, not a 16-bit length (PS3.5 7.1.2).
  var hasLongLength: Bool {
    switch self {
    case .ob, .od, .of, .ol, .ov, .ow, .sq, .sv, .uc, .un, .ur, .ut, .uv: true
    default: false
    }
  }
}
