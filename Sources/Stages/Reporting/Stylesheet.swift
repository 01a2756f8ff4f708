/// The page's look: system fonts, light or dark as the reader prefers.
enum Stylesheet {
  static let css: HTML = """
    :root{--page:#f6f7f9;--panel:#fff;--ink:#1b1f27;--muted:#5d6673;--line:#dfe3e9;--grid:#e9ecf1;
    --merged:#1d4ed8;--s0:#c2570c;--s1:#0f8578;--s2:#7c4dbd;--s3:#b3366b;--s4:#5b6b17;
    --floor:#6b7280;--bad:#b42318;--badbg:#fdecea;--good:#17753a;--banner:#fff4d6;--bannerink:#6b4700;
    --bannerline:#e6c565}
    @media (prefers-color-scheme:dark){:root{--page:#0e1116;--panel:#161a21;--ink:#e6e9ee;
    --muted:#9aa4b2;--line:#2a303a;--grid:#232932;--merged:#7aa5ff;--s0:#f0975a;--s1:#4fc4b5;
    --s2:#b795ec;--s3:#ea86b0;--s4:#b7c665;--floor:#9aa4b2;--bad:#ff8a7d;--badbg:#3a1b19;--good:#63cf8b;
    --banner:#382c0c;--bannerink:#f6dd97;--bannerline:#6d5819}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    header,main,footer{max-width:1240px;margin:0 auto;padding:0 24px}
    header{padding-top:36px}
    footer{color:var(--muted);font-size:13px;padding-bottom:48px}
    h1{font-size:28px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em;font-weight:650}
    h2{font-size:19px;margin:0 0 14px;font-weight:650}
    h3{font-size:15px;margin:24px 0 10px;font-weight:650}
    p{margin:10px 0}
    .muted{color:var(--muted)}p.muted{font-size:13.5px;max-width:84ch}
    .bad{color:var(--bad)}.good{color:var(--good)}
    .banner{background:var(--banner);color:var(--bannerink);border:1px solid var(--bannerline);
    border-radius:8px;padding:12px 16px;margin:18px 0 0}
    section{background:var(--panel);border:1px solid var(--line);border-radius:10px;
    padding:22px 24px;margin:20px 0}
    .warnings{border-left:4px solid var(--bannerline)}.warnings.failed{border-left-color:var(--bad)}
    .warnings ul{margin:0;padding-left:20px}.warnings li{margin:4px 0}
    .warnings li.bad{font-weight:600}
    .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(145px,1fr));gap:12px;
    margin-bottom:18px}
    .card{border:1px solid var(--line);border-radius:8px;padding:12px 14px}
    .card span{display:block;color:var(--muted);font-size:13px}
    .card b{font-size:25px;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:14px}
    table.narrow{width:auto}
    th,td{padding:6px 12px;border-bottom:1px solid var(--line);text-align:left;vertical-align:baseline}
    thead th{color:var(--muted);font-weight:550;font-size:13px;white-space:nowrap}
    tbody th{font-weight:550;white-space:nowrap}
    .numbers td,.numbers thead th+th{text-align:right;font-variant-numeric:tabular-nums;
    white-space:nowrap}
    .numbers td.text,.numbers thead th.text{text-align:left}
    .dense th,.dense td{padding:6px 7px;font-size:13px}.numbers thead th.group{text-align:center}
    .numbers thead tr+tr th{text-align:right}
    .numbers .first{border-left:1px solid var(--line)}
    .total th,.total td{border-top:2px solid var(--line);font-weight:650}
    .tag{font-size:11.5px;border:1px solid var(--line);border-radius:99px;padding:1px 8px;
    color:var(--muted);font-weight:500;margin-left:4px}
    td.bad{background:var(--badbg)}
    figure{margin:0}
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:18px}
    .panels.wide{grid-template-columns:repeat(auto-fill,minmax(420px,1fr))}
    .panel figcaption{margin-bottom:4px;display:flex;justify-content:space-between;gap:8px}
    .keys{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px;color:var(--muted);margin-top:4px}
    .key b{color:var(--ink);font-variant-numeric:tabular-nums;font-weight:600}
    .key::before{content:"";display:inline-block;width:14px;height:3px;border-radius:2px;
    margin-right:6px;vertical-align:middle;background:currentColor}
    th .key{color:inherit}
    .key.merged::before{background:var(--merged)}.key.s0::before{background:var(--s0)}
    .key.s1::before{background:var(--s1)}.key.s2::before{background:var(--s2)}
    .key.s3::before{background:var(--s3)}.key.s4::before{background:var(--s4)}
    .key.train::before{background:var(--s1)}.key.validation::before{background:var(--merged)}
    .key.floorkey::before{background:repeating-linear-gradient(90deg,var(--floor) 0 4px,
    transparent 4px 7px)}
    .chart{display:block;width:100%;height:auto;max-width:820px}
    .chart.roc{max-width:340px}
    .chart text{fill:var(--muted);font-size:11px;font-family:inherit;
    font-variant-numeric:tabular-nums}
    .chart.roc text{font-size:9px}
    .chart text.name{fill:var(--ink);font-size:13px}
    .chart text.value{fill:var(--ink);font-size:13px;font-weight:600}
    .chart text.value.bad{fill:var(--bad)}
    .grid{stroke:var(--grid);stroke-width:1}
    .floor{stroke:var(--floor);stroke-width:1.5;stroke-dasharray:5 4}
    .chance{stroke:var(--floor);stroke-width:1;stroke-dasharray:3 3}
    .line{fill:none;stroke-width:1.6;stroke-linejoin:round}
    .line.merged{stroke:var(--merged);stroke-width:2.2}.line.s0{stroke:var(--s0)}
    .line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.s3{stroke:var(--s3)}
    .line.s4{stroke:var(--s4)}
    .line.train{stroke:var(--s1)}.line.validation{stroke:var(--merged);stroke-width:2.2}
    .dot{stroke:var(--panel);stroke-width:1}
    .dot.train{fill:var(--s1)}.dot.validation{fill:var(--merged)}
    .bar.merged{fill:var(--merged)}.bar.s0{fill:var(--s0)}.bar.s1{fill:var(--s1)}
    .bar.s2{fill:var(--s2)}.bar.s3{fill:var(--s3)}.bar.s4{fill:var(--s4)}
    .bar.worse{fill:var(--bad)}
    .shelf{display:grid;grid-template-columns:repeat(auto-fill,minmax(158px,1fr));gap:14px}
    .slice img,.nopicture{display:block;width:100%;height:auto;aspect-ratio:1;border-radius:6px;
    background:#000;filter:url(#first-channel)}
    .nopicture{color:#aaa;display:grid;place-items:center;filter:none;font-size:13px}
    .slice figcaption{font-size:12.5px;line-height:1.45;margin-top:6px}
    .slice figcaption b{font-size:15px;font-variant-numeric:tabular-nums}
    .slice figcaption .muted{display:block}
    code{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    .chip{display:inline-block;border-radius:99px;padding:0 8px;margin:2px 4px 0 0;font-size:11.5px;
    border:1px solid var(--line)}
    .chip.blood{border-color:var(--bad);color:var(--bad)}.chip.clear{color:var(--muted)}
    details{margin:8px 0}summary{cursor:pointer}
    .sheet{width:100%;max-width:1000px;margin-top:10px;border-radius:6px}
    .keyed th,.keyed td{padding:3px 12px}
    .defs{position:absolute}
    @media print{body{background:#fff}section{break-inside:avoid}}
    """
}
